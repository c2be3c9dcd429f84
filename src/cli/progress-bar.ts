import { SingleBar } from 'cli-progress';

/** How much of something is done. */
export interface Amount {
  readonly done: number;
  readonly total: number;
}

/** A bar on a terminal, with how long the rest will take at the pace so far. */
export class ProgressBar implements Disposable {
  readonly #bar: SingleBar;
  /** What the bar is of; another total is another piece of work. */
  #total: number | undefined;

  constructor(stream: NodeJS.WritableStream) {
    this.#bar = new SingleBar({
      stream,
      format: '{bar} {percentage} %, {eta_formatted} left  {line}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      etaBuffer: 30,
      linewrap: false,
      clearOnComplete: true,
      // Who ends this program is the program's own business.
      gracefulExit: false,
      emptyOnZero: true,
    });
  }

  show(line: string, { done, total }: Amount): void {
    if (total !== this.#total) {
      this[Symbol.dispose]();
      this.#total = total;
      this.#bar.start(total, done, { line });
    } else {
      this.#bar.update(done, { line });
    }
  }

  /** Takes the bar away. */
  [Symbol.dispose](): void {
    if (this.#total !== undefined) this.#bar.stop();
    this.#total = undefined;
  }
}
