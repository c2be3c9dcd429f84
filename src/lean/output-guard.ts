import type { Bytes } from '../core/bytes.ts';

/** How much output is kept, and how much is too much. */
export interface OutputLimits {
  /** Kept of each stream: half of it from the beginning, half from the end. */
  readonly keepBytes: Bytes;
  /** Output after which the process is stopped. */
  readonly stopBytes: Bytes;
}

/** Counts output, and tells when it runs over. */
export class OutputGuard {
  /** Resolves when there was too much. */
  readonly overflowed: Promise<void>;
  readonly #stopBytes: Bytes;
  #seenBytes = 0;
  #resolve: () => void = () => undefined;

  constructor(stopBytes: Bytes) {
    this.#stopBytes = stopBytes;
    this.overflowed = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  count(bytes: Bytes): void {
    this.#seenBytes += bytes;
    if (this.#seenBytes > this.#stopBytes) this.#resolve();
  }
}
