/*
 * Reads Lean's messages from a stream on which Lean is not alone: processes that tenant code starts inherit it, and write
 * to it whenever they like. A message is `Content-Length: N`, an empty line and N bytes of JSON; JSON from Lean holds no
 * line breaks, so a header inside a body means that the body was broken off. Everything that is not a message is handed
 * out as program output. Memory is bounded by the frame limit, work is linear in the stream however it is cut, and nothing
 * here throws, whatever the bytes are.
 */

const marker = Buffer.from('Content-Length: ');
const headerPattern = /^Content-Length: (\d{1,10})\r\n\r\n/;
const maxHeaderLength = marker.length + 10 + 4;

/** A piece of the stream. */
export type Piece =
  /** The bytes of a message: valid until the next piece is asked for, and to be rejected when they are none after all. */
  | { readonly kind: 'body'; readonly bytes: Buffer }
  /** Bytes that are no message: output of the program. */
  | { readonly kind: 'output'; readonly bytes: Buffer }
  /** A message was broken by other output, so something that Lean said is lost. */
  | { readonly kind: 'broken' }
  /** A header announced more than the limit. */
  | { readonly kind: 'oversized'; readonly announcedBytes: number };

/** A piece that is no message. */
export type OtherPiece = Exclude<Piece, { readonly kind: 'body' }>;

/** A message whose header has come, at the beginning of what is pending. */
interface OpenFrame {
  readonly headerLength: number;
  readonly end: number;
  /** No header begins before this offset. */
  searchedTo: number;
}

/** Splits a byte stream, cut anywhere, into messages and other output. */
export class FrameReader {
  readonly #frameLimit: number;
  /** Bytes not yet decided on. */
  #pending: Buffer = Buffer.alloc(0);
  /** Memory that begins with what is pending and has room behind it. */
  #memory: Buffer = this.#pending;
  #frame: OpenFrame | undefined;
  /** The message that was handed out last. */
  #offered: OpenFrame | undefined;
  /** Pieces to hand out. */
  readonly #decided: Piece[] = [];

  /** @param frameLimit the longest message in bytes */
  constructor(frameLimit: number) {
    this.#frameLimit = frameLimit;
  }

  /** Adds to the stream, once all pieces of what came before have been asked for. */
  append(chunk: Buffer): void {
    const length = this.#pending.length + chunk.length;
    if (this.#pending.length === 0) this.#memory = chunk;
    else {
      if (length > this.#memory.length) {
        // Twice as much as needed, so that a message that comes in many pieces is not copied for each of them.
        const larger = Buffer.alloc(2 * length);
        this.#pending.copy(larger);
        this.#memory = larger;
      }
      chunk.copy(this.#memory, this.#pending.length);
    }
    this.#pending = this.#memory.subarray(0, length);
  }

  /** The next piece; `undefined` when it takes more of the stream to tell. */
  next(): Piece | undefined {
    if (this.#offered !== undefined) this.#drop(this.#offered.end);
    this.#offered = undefined;
    while (this.#decided.length === 0) {
      if (!(this.#frame === undefined ? this.#openFrame() : this.#closeFrame(this.#frame))) break;
    }
    return this.#decided.shift();
  }

  /** The body that was handed out last is no message: other output has broken it. */
  reject(): void {
    if (this.#offered === undefined) return;
    this.#give(this.#offered.headerLength);
    this.#decided.push({ kind: 'broken' });
    this.#offered = undefined;
  }

  /** The stream has ended: what is left is no message. */
  end(): OtherPiece[] {
    this.#give(this.#pending.length);
    if (this.#frame !== undefined) this.#decided.push({ kind: 'broken' });
    this.#frame = undefined;
    return this.#decided.splice(0).filter((piece) => piece.kind !== 'body');
  }

  /** Looks for the next header. @returns whether there may be more to tell */
  #openFrame(): boolean {
    const start = this.#pending.indexOf(marker);
    if (start !== 0) {
      this.#give(start > 0 ? start : this.#pending.length - markerPrefixAtEnd(this.#pending));
      return start > 0;
    }
    const header = headerPattern.exec(latin1(this.#pending, 0, maxHeaderLength));
    if (header === null) {
      if (mayBecomeHeader(latin1(this.#pending, 0, maxHeaderLength))) return false;
      this.#give(marker.length);
      return true;
    }
    const headerLength = header[0].length;
    const bodyLength = Number(header[1]);
    if (bodyLength > this.#frameLimit) {
      this.#decided.push({ kind: 'oversized', announcedBytes: bodyLength });
      this.#give(headerLength);
    } else {
      this.#frame = { headerLength, end: headerLength + bodyLength, searchedTo: headerLength };
    }
    return true;
  }

  /** Hands out the message if it is whole. @returns whether there may be more to tell */
  #closeFrame(frame: OpenFrame): boolean {
    const nextHeader = this.#searchHeader(frame);
    if (nextHeader === undefined && this.#pending.length < frame.end) return false;
    this.#frame = undefined;
    if (nextHeader === undefined) {
      this.#offered = frame;
      this.#decided.push({ kind: 'body', bytes: this.#pending.subarray(frame.headerLength, frame.end) });
    } else {
      this.#give(nextHeader);
      this.#decided.push({ kind: 'broken' });
    }
    return true;
  }

  /** The offset of a header in the body of a message, as far as it is there. */
  #searchHeader(frame: OpenFrame): number | undefined {
    const arrived = this.#pending.subarray(0, frame.end);
    for (;;) {
      const at = arrived.indexOf(marker, frame.searchedTo);
      if (at < 0) {
        frame.searchedTo = Math.max(frame.searchedTo, arrived.length - marker.length + 1);
        return undefined;
      }
      const text = latin1(arrived, at, at + maxHeaderLength);
      if (headerPattern.test(text)) return at;
      frame.searchedTo = at;
      if (mayBecomeHeader(text)) return undefined;
      frame.searchedTo = at + marker.length;
    }
  }

  /** Hands out the first bytes of what is pending as output. */
  #give(length: number): void {
    if (length > 0) this.#decided.push({ kind: 'output', bytes: this.#pending.subarray(0, length) });
    this.#drop(length);
  }

  #drop(length: number): void {
    this.#pending = this.#pending.subarray(length);
    this.#memory = this.#memory.subarray(length);
  }
}

function latin1(bytes: Buffer, start: number, end: number): string {
  return bytes.subarray(start, end).toString('latin1');
}

/** Whether bytes that begin with the marker and are no header yet can be the beginning of one. */
function mayBecomeHeader(text: string): boolean {
  return /^Content-Length: (?:\d{0,10}|\d{1,10}\r(?:\n\r?)?)$/.test(text);
}

/** How many bytes at the end may be the beginning of a header. */
function markerPrefixAtEnd(bytes: Buffer): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(marker.subarray(0, length))) return length;
  }
  return 0;
}
