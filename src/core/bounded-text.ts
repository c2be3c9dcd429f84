/** What {@link BoundedText} kept of a stream. */
export interface KeptText {
  /** The text, with a line in the middle that says how much is missing when something is. */
  readonly text: string;
  /** Bytes that were left out. */
  readonly omittedBytes: number;
}

/**
 * Collects the beginning and the end of a byte stream of any length, half of the limit for each, in memory for twice the
 * limit and in time linear in the stream, however it is cut. Invalid UTF-8 becomes U+FFFD.
 */
export class BoundedText {
  readonly #halfLimit: number;
  readonly #head: GrowingBuffer;
  /** The end, and what has come before it since room was last made. */
  readonly #tail: GrowingBuffer;
  #seenBytes = 0;

  /** @param limitBytes how much is kept at most */
  constructor(limitBytes: number) {
    this.#halfLimit = Math.max(1, Math.floor(limitBytes / 2));
    this.#head = new GrowingBuffer(this.#halfLimit);
    this.#tail = new GrowingBuffer(2 * this.#halfLimit);
  }

  /** How many bytes have been appended, kept or not. */
  get seenBytes(): number {
    return this.#seenBytes;
  }

  append(chunk: Uint8Array): void {
    this.#seenBytes += chunk.length;
    const room = this.#halfLimit - this.#head.length;
    this.#head.append(chunk.subarray(0, room));
    const rest = chunk.subarray(room);
    const end = rest.subarray(Math.max(0, rest.length - this.#halfLimit));
    if (this.#tail.length + end.length > 2 * this.#halfLimit) this.#tail.keepLast(this.#halfLimit);
    this.#tail.append(end);
  }

  kept(): KeptText {
    const head = this.#head.bytes;
    const tail = this.#tail.bytes.subarray(-this.#halfLimit);
    const omittedBytes = this.#seenBytes - head.length - tail.length;
    if (omittedBytes === 0) return { text: Buffer.concat([head, tail]).toString('utf8'), omittedBytes };
    return { text: joinEnds(head.toString('utf8'), tail.toString('utf8'), omittedBytes, 'bytes'), omittedBytes };
  }
}

/** Bytes in one piece of memory, which doubles as needed up to its capacity. */
class GrowingBuffer {
  readonly #capacity: number;
  #memory = Buffer.alloc(0);
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#memory.length) {
      const larger = Buffer.alloc(Math.min(this.#capacity, Math.max(length, 2 * this.#memory.length)));
      this.bytes.copy(larger);
      this.#memory = larger;
    }
    this.#memory.set(bytes, this.#length);
    this.#length = length;
  }

  keepLast(length: number): void {
    this.#memory.copyWithin(0, this.#length - length, this.#length);
    this.#length = length;
  }
}

/** Shortens what was kept of a stream still more, to so many characters of its beginning and end. */
export function shortenKept({ text, omittedBytes }: KeptText, limit: number): KeptText {
  if (text.length <= limit) return { text, omittedBytes };
  const half = Math.floor(limit / 2);
  const head = text.slice(0, half).toWellFormed();
  const tail = text.slice(text.length - half).toWellFormed();
  const before = omittedBytes === 0 ? 0 : Buffer.byteLength(joinEnds('', '', omittedBytes, 'bytes'));
  const omitted = omittedBytes + Buffer.byteLength(text) - before - Buffer.byteLength(head) - Buffer.byteLength(tail);
  return { text: joinEnds(head, tail, omitted, 'bytes'), omittedBytes: omitted };
}

/** Shortens a text to its beginning and end, in UTF-16 units; says in the middle how much is missing. */
export function shorten(text: string, limit: number): { text: string; omitted: number } {
  if (text.length <= limit) return { text, omitted: 0 };
  const half = Math.floor(limit / 2);
  const omitted = text.length - 2 * half;
  return { text: joinEnds(text.slice(0, half), text.slice(text.length - half), omitted), omitted };
}

/** The beginning and the end of a text, and between them how much is missing. */
export function joinEnds(
  head: string,
  tail: string,
  omitted: number,
  unit: 'characters' | 'bytes' = 'characters',
): string {
  return `${head.toWellFormed()}\n[… ${omitted} ${unit} left out …]\n${tail.toWellFormed()}`;
}
