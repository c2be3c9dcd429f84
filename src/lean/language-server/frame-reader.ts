/*
 * Reads Lean's messages from a stream on which Lean is not alone: processes that tenant code starts inherit it, and write
 * to it whenever they like. A message is `Content-Length: N`, an empty line and N bytes of JSON; JSON from Lean holds no
 * line breaks, so a header inside a body means that the body was broken off. Everything that is not a message is handed
 * out as program output. Memory is bounded by the frame limit; nothing here throws, whatever the bytes are.
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

/** Splits a byte stream, cut anywhere, into messages and other output. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #frameLimit: number;
  /** Bytes not yet decided on; starts with a header when a frame is open. */
  #pending = Buffer.alloc(0);
  /** Chunks behind `#pending` while a long body arrives, so that it is joined once and not at each read. */
  #arriving: Buffer[] = [];
  #arrivingBytes = 0;
  #wantedBytes = 0;

  /** @param frameLimit the longest message in bytes */
  constructor(sink: FrameSink, frameLimit: number) {
    this.#sink = sink;
    this.#frameLimit = frameLimit;
  }

  push(chunk: Buffer): void {
    this.#arriving.push(chunk);
    this.#arrivingBytes += chunk.length;
    if (this.#pending.length + this.#arrivingBytes < this.#wantedBytes && !this.#holdsMarker(chunk)) return;
    this.#join();
    while (this.#step());
  }

  /** The stream has ended: what is left is no message. */
  end(): void {
    this.#join();
    if (this.#pending.length > 0) this.#sink.output(this.#pending);
    if (this.#pending.length >= longestHeader && this.#pending.indexOf(marker) === 0) this.#sink.broken();
    this.#pending = Buffer.alloc(0);
  }

  /** Decides on the beginning of what is pending. @returns whether there may be more to decide */
  #step(): boolean {
    this.#wantedBytes = 0;
    const start = this.#pending.indexOf(marker);
    if (start !== 0) {
      this.#give(start > 0 ? start : this.#pending.length - markerPrefixAtEnd(this.#pending));
      return start > 0;
    }
    const header = headerPattern.exec(this.#pending.subarray(0, longestHeader).toString('latin1'));
    if (header === null) {
      if (this.#pending.length < longestHeader && couldBecomeHeader(this.#pending)) return false;
      this.#give(marker.length);
      return true;
    }
    return this.#stepBody(header[0].length, Number(header[1]));
  }

  #stepBody(headerLength: number, bodyLength: number): boolean {
    if (bodyLength > this.#frameLimit) {
      this.#sink.oversized(bodyLength);
      this.#give(headerLength);
      return true;
    }
    const end = headerLength + bodyLength;
    const body = this.#pending.subarray(headerLength, end);
    const next = body.indexOf(marker);
    if (next >= 0 && headerPattern.test(body.subarray(next, next + longestHeader).toString('latin1'))) {
      this.#give(headerLength + next);
      this.#sink.broken();
      return true;
    }
    if (this.#pending.length < end) {
      this.#wantedBytes = end;
      return false;
    }
    const value = parseJson(body);
    if (value === undefined) {
      this.#give(headerLength);
      this.#sink.broken();
    } else {
      this.#pending = this.#pending.subarray(end);
      this.#sink.message(value);
    }
    return true;
  }

  /** Hands out the first bytes of what is pending as output. */
  #give(length: number): void {
    if (length > 0) this.#sink.output(this.#pending.subarray(0, length));
    this.#pending = this.#pending.subarray(length);
  }

  #join(): void {
    this.#pending = Buffer.concat([this.#pending, ...this.#arriving]);
    this.#arriving = [];
    this.#arrivingBytes = 0;
  }

  /** Whether a header may begin in this chunk, or began at the end of the one before. */
  #holdsMarker(chunk: Buffer): boolean {
    if (chunk.includes(marker)) return true;
    const before = this.#arriving.at(-2) ?? this.#pending;
    const seam = Buffer.concat([before.subarray(-longestHeader), chunk.subarray(0, longestHeader)]);
    return seam.includes(marker) || chunk.length < marker.length;
  }
}

function couldBecomeHeader(bytes: Buffer): boolean {
  return /^Content-Length: (?:\d{0,10}|\d{1,10}\r(?:\n\r?)?)$/.test(bytes.toString('latin1'));
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
