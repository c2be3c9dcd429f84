import type { Bytes } from '../core/bytes.ts';
import { withResolvers } from '../core/with-resolvers.ts';

/** How much output is kept, and how much is too much. */
export interface OutputLimits {
  /** Kept of each stream: half of it from the beginning, half from the end. */
  readonly keepBytes: Bytes;
  /** Output after which the process is stopped. */
  readonly stopBytes: Bytes;
}

/** Counts output, and tells when it runs over. */
export class OutputGuard {
  readonly #overflow = withResolvers();
  readonly #stopBytes: Bytes;
  #seenBytes = 0;

  constructor(stopBytes: Bytes) {
    this.#stopBytes = stopBytes;
  }

  /** Resolves when there was too much. */
  get overflowed(): Promise<void> {
    return this.#overflow.promise;
  }

  count(bytes: Bytes): void {
    this.#seenBytes += bytes;
    if (this.#seenBytes > this.#stopBytes) this.#overflow.resolve();
  }
}
