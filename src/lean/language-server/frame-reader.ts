/*
 * Reads Lean's messages from a stream on which Lean is not alone: processes that tenant code starts inherit it, and write
 * to it whenever they like. A message is `Content-Length: N`, an empty line and N bytes of JSON; JSON from Lean holds no
 * line breaks, so a header inside a body means that the body was broken off. Everything that is not a message is handed
 * out as program output. Memory is bounded by the frame limit, work is linear in the stream however it is cut, and nothing
 * here throws, whatever the bytes are.
 */

const marker = Buffer.from('Content-Length: ');
const headerPattern = /^Content-Length: (\d{1,10})\r\n\r\n/;
const longestHeader = marker.length + 10 + 4;

/** Where the pieces of the stream go. */
export interface FrameSink {
  /** The JSON value of a message. */
  message(value: unknown): void;
  /** Bytes that are no message: output of the program. */
  output(bytes: Buffer): void;
  /** A message was broken by other output, so something that Lean said is lost. */
  broken(): void;
  /** A header announced more than the limit. */
  oversized(announcedBytes: number): void;
}

/** A message whose header has come, at the beginning of what is pending. */
interface OpenFrame {
  readonly headerLength: number;
  readonly end: number;
  /** No header begins before this offset. */
  searchedTo: number;
}

/** Splits a byte stream, cut anywhere, into messages and other output. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #frameLimit: number;
  /** Bytes not yet decided on. */
  #pending: Buffer = Buffer.alloc(0);
  /** Memory that begins with what is pending and has room behind it. */
  #memory: Buffer = this.#pending;
  #frame: OpenFrame | undefined;

  /** @param frameLimit the longest message in bytes */
  constructor(sink: FrameSink, frameLimit: number) {
    this.#sink = sink;
    this.#frameLimit = frameLimit;
  }

  push(chunk: Buffer): void {
    this.#append(chunk);
    while (this.#frame === undefined ? this.#openFrame() : this.#closeFrame(this.#frame));
  }

  /** The stream has ended: what is left is no message. */
  end(): void {
    this.#give(this.#pending.length);
    if (this.#frame !== undefined) this.#sink.broken();
    this.#frame = undefined;
  }

  /** Looks for the next header. @returns whether there may be more to decide */
  #openFrame(): boolean {
    const start = this.#pending.indexOf(marker);
    if (start !== 0) {
      this.#give(start > 0 ? start : this.#pending.length - markerPrefixAtEnd(this.#pending));
      return start > 0;
    }
    const header = headerPattern.exec(latin1(this.#pending, 0, longestHeader));
    if (header === null) {
      if (mayBecomeHeader(latin1(this.#pending, 0, longestHeader))) return false;
      this.#give(marker.length);
      return true;
    }
    const headerLength = header[0].length;
    const bodyLength = Number(header[1]);
    if (bodyLength > this.#frameLimit) {
      this.#sink.oversized(bodyLength);
      this.#give(headerLength);
    } else {
      this.#frame = { headerLength, end: headerLength + bodyLength, searchedTo: headerLength };
    }
    return true;
  }

  /** Takes the message if it is whole. @returns whether there may be more to decide */
  #closeFrame(frame: OpenFrame): boolean {
    const nextHeader = this.#searchHeader(frame);
    if (nextHeader === undefined && this.#pending.length < frame.end) return false;
    this.#frame = undefined;
    const body = nextHeader === undefined ? this.#pending.subarray(frame.headerLength, frame.end) : undefined;
    const value = body && parseJson(body);
    if (value === undefined) {
      this.#give(nextHeader ?? frame.headerLength);
      this.#sink.broken();
    } else {
      this.#drop(frame.end);
      this.#sink.message(value);
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
      const text = latin1(arrived, at, at + longestHeader);
      if (headerPattern.test(text)) return at;
      frame.searchedTo = at;
      if (mayBecomeHeader(text)) return undefined;
      frame.searchedTo = at + marker.length;
    }
  }

  /** Hands out the first bytes of what is pending as output. */
  #give(length: number): void {
    if (length > 0) this.#sink.output(this.#pending.subarray(0, length));
    this.#drop(length);
  }

  #drop(length: number): void {
    this.#pending = this.#pending.subarray(length);
    this.#memory = this.#memory.subarray(length);
  }

  #append(chunk: Buffer): void {
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

/** The JSON object in the bytes; `undefined` when there is none. */
function parseJson(bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
