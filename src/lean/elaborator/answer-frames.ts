/*
 * Takes apart what the elaborator writes to its channel: the key, four bytes of length and that many bytes of JSON, and
 * nothing else. Memory is bounded by the limit for an answer, and by twice of what has come of it.
 */

/** A piece of the channel. */
export type AnswerPiece =
  /** The bytes of an answer: valid until the next piece is asked for. */
  | { readonly kind: 'answer'; readonly bytes: Buffer }
  /** An answer announced more than the limit; nothing behind it is read. */
  | { readonly kind: 'oversized'; readonly announcedBytes: number }
  /** Something that the elaborator does not write; nothing behind it is read. */
  | { readonly kind: 'strange' };

/** Bytes of the key, which only the elaborator and its owner know. */
export const keyLength = 8;
const headLength = keyLength + 4;

/** Splits a byte stream, cut anywhere, into answers. */
export class AnswerReader {
  readonly #key: Buffer;
  readonly #limit: number;
  readonly #head = Buffer.alloc(headLength);
  #headLength = 0;
  /** What has come of the current answer, with room behind it. */
  #body = Buffer.alloc(0);
  #bodyLength = 0;
  /** The length of the current answer, once it is known. */
  #wanted: number | undefined;
  #isDone = false;

  /** @param limit the longest answer in bytes */
  constructor(key: Buffer, limit: number) {
    this.#key = key;
    this.#limit = limit;
  }

  /** What the bytes hold that came next. */
  *read(chunk: Buffer): Generator<AnswerPiece> {
    for (let rest = chunk; rest.length > 0 && !this.#isDone;) {
      if (this.#wanted === undefined) {
        const taken = rest.copy(this.#head, this.#headLength);
        rest = rest.subarray(taken);
        this.#headLength += taken;
        const flaw = this.#flawOfHead();
        if (flaw !== undefined) {
          this.#isDone = true;
          yield flaw;
        }
        continue;
      }
      const missing = this.#wanted - this.#bodyLength;
      // As a rule an answer comes in one piece, and need not be copied.
      const bytes = this.#bodyLength === 0 && rest.length >= missing ? rest.subarray(0, missing) : this.#collect(rest);
      rest = rest.subarray(missing);
      if (bytes === undefined) return;
      this.#wanted = undefined;
      this.#bodyLength = 0;
      yield { kind: 'answer', bytes };
    }
  }

  /** Notes how long the answer is, once its head is whole. @returns what is wrong with the head, if anything */
  #flawOfHead(): AnswerPiece | undefined {
    const seen = Math.min(this.#headLength, keyLength);
    if (!this.#head.subarray(0, seen).equals(this.#key.subarray(0, seen))) return { kind: 'strange' };
    if (this.#headLength < headLength) return undefined;
    const announcedBytes = this.#head.readUInt32BE(keyLength);
    if (announcedBytes === 0) return { kind: 'strange' };
    if (announcedBytes > this.#limit) return { kind: 'oversized', announcedBytes };
    this.#headLength = 0;
    this.#wanted = announcedBytes;
    return undefined;
  }

  /** Adds to the current answer. @returns it, once it is whole */
  #collect(rest: Buffer): Buffer | undefined {
    const wanted = this.#wanted ?? 0;
    const part = rest.subarray(0, wanted - this.#bodyLength);
    const length = this.#bodyLength + part.length;
    if (length > this.#body.length) {
      // Twice as much as needed, so that an answer that comes in many pieces is not copied for each of them.
      const larger = Buffer.alloc(Math.min(wanted, 2 * length));
      this.#body.copy(larger, 0, 0, this.#bodyLength);
      this.#body = larger;
    }
    part.copy(this.#body, this.#bodyLength);
    this.#bodyLength = length;
    if (length < wanted) return undefined;
    const whole = this.#body.subarray(0, length);
    this.#body = Buffer.alloc(0);
    return whole;
  }
}
