import { setImmediate } from 'node:timers/promises';

/** So many steps are taken in one turn of the event loop; a step is what a token of source code costs. */
const pieceSize = 4096;

/**
 * Long work on what a caller has sent, cut into pieces between which others are served. Counts steps and measures no time, so
 * that the same work is always cut in the same way.
 *
 * @example
 * const pieces = new Pieces();
 * for (const token of tokenize(code)) {
 *   if (pieces.stepEnds()) await pieces.next();
 * }
 */
export class Pieces {
  #left = pieceSize;

  /** Counts a step, or so many. @returns whether it was the last one of a piece: then {@link next} is to be awaited */
  stepEnds(steps = 1): boolean {
    this.#left -= steps;
    return this.#left <= 0;
  }

  /** Lets others have their turn. */
  async next(): Promise<void> {
    this.#left = pieceSize;
    await setImmediate();
  }
}
