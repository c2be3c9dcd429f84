/** Told of each piece of work: how long it took, in milliseconds. */
export type PieceObserver = (spentMs: number) => void;

/** Does pieces of work in turns, see {@link ReadingTurns}. */
export interface Turns {
  /**
   * Does a piece of work when it is its turn.
   *
   * @param owedMs what the sender has used before without waiting, in milliseconds: rested for as well
   * @throws what the work throws
   */
  take<Value>(work: () => Value, owedMs?: number): Promise<Value>;
}

/**
 * Shares the program's one thread among all who have it read what they sent. Pieces are done one at a time, in the order in
 * which they came, and after each the thread has as long for everybody else as the piece took: however many senders there
 * are and whatever they send, reading takes half of the thread at most, and nobody else waits for more than a piece.
 */
export class ReadingTurns implements Turns {
  readonly #onPiece: PieceObserver;
  #last: Promise<void> = Promise.resolve();

  /** @param onPiece told of each piece, in the async context of the one who sent it */
  constructor(onPiece: PieceObserver = () => undefined) {
    this.#onPiece = onPiece;
  }

  async take<Value>(work: () => Value, owedMs = 0): Promise<Value> {
    const before = this.#last;
    let rested = (): void => undefined;
    this.#last = new Promise((resolve) => {
      rested = resolve;
    });
    await before;
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      const spentMs = performance.now() - startedAt;
      this.#onPiece(spentMs);
      setTimeout(rested, owedMs + spentMs);
    }
  }
}
