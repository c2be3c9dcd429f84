/** What {@link BoundedText} kept of a stream. */
export interface KeptText {
  /** The text, with a line in the middle that says how much is missing when something is. */
  readonly text: string;
  /** Bytes that were left out. */
  readonly omittedBytes: number;
}

/**
 * Collects the beginning and the end of a byte stream of any length in bounded memory: half of the limit for each.
 * Invalid UTF-8 becomes U+FFFD.
 */
export class BoundedText {
  readonly #halfLimit: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #seenBytes = 0;

  /** @param limitBytes how much is kept at most */
  constructor(limitBytes: number) {
    this.#halfLimit = Math.max(1, Math.floor(limitBytes / 2));
  }

  /** How many bytes have been appended, kept or not. */
  get seenBytes(): number {
    return this.#seenBytes;
  }

  append(chunk: Buffer): void {
    this.#seenBytes += chunk.length;
    const room = this.#halfLimit - this.#headBytes;
    if (room > 0) {
      // Copied, so that a small slice does not keep a large read buffer alive.
      this.#head.push(Buffer.from(chunk.subarray(0, room)));
      this.#headBytes += Math.min(room, chunk.length);
      chunk = chunk.subarray(room);
    }
    if (chunk.length === 0) return;
    this.#tail.push(Buffer.from(chunk.subarray(Math.max(0, chunk.length - this.#halfLimit))));
    this.#tailBytes += Math.min(chunk.length, this.#halfLimit);
    if (this.#tailBytes > 4 * this.#halfLimit || this.#tail.length > 1024) this.#trimTail();
  }

  kept(): KeptText {
    this.#trimTail();
    const omittedBytes = this.#seenBytes - this.#headBytes - this.#tailBytes;
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail);
    if (omittedBytes === 0) return { text: Buffer.concat([head, tail]).toString('utf8'), omittedBytes };
    const text = `${head.toString('utf8')}\n[… ${omittedBytes} bytes left out …]\n${tail.toString('utf8')}`;
    return { text, omittedBytes };
  }

  #trimTail(): void {
    const joined = Buffer.concat(this.#tail);
    const kept = joined.subarray(Math.max(0, joined.length - this.#halfLimit));
    this.#tail = [kept];
    this.#tailBytes = kept.length;
  }
}

/** Shortens a text to its beginning and end, in UTF-16 units; says in the middle how much is missing. */
export function shorten(text: string, limit: number): { text: string; omitted: number } {
  if (text.length <= limit) return { text, omitted: 0 };
  const half = Math.floor(limit / 2);
  const omitted = text.length - 2 * half;
  const head = text.slice(0, half).toWellFormed();
  const tail = text.slice(text.length - half).toWellFormed();
  return { text: `${head}\n[… ${omitted} characters left out …]\n${tail}`, omitted };
}
