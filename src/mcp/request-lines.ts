/*
 * Hands on the lines of a client's stream, each whole, and leaves out those that are too long for any request. Without it,
 * one such line would end the connection, and with it every session. What is left out is reported with the id that it
 * bears at its beginning or its end, where clients put it, so that it can be answered.
 */
import { Transform, type TransformCallback } from 'node:stream';

/** A request that was too long to be read. */
export interface OverlongRequest {
  readonly bytes: number;
  /** Absent when it bears none that can be found. */
  readonly id?: number | string;
}

const lineFeed = 0x0a;
/** So much of an overlong line is kept of its beginning, and of its end. */
const maxKeptOfOverlong = 1000;

export class RequestLines extends Transform {
  readonly #limit: number;
  readonly #onOverlong: (request: OverlongRequest) => void;
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Beginning and end of the line, once it is too long. */
  #overlong: { readonly head: Buffer; tail: Buffer } | undefined;

  /** @param limit the longest line that is handed on, in bytes */
  constructor(limit: number, onOverlong: (request: OverlongRequest) => void) {
    super();
    this.#limit = limit;
    this.#onOverlong = onOverlong;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      this.#take(chunk.subarray(start, at + 1));
      this.#endLine();
      start = at + 1;
    }
    this.#take(chunk.subarray(start));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#endLine();
    done();
  }

  #take(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#overlong === undefined) {
      this.#pieces.push(piece);
      if (this.#bytes <= this.#limit) return;
      const line = Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#overlong = { head: Buffer.from(line.subarray(0, maxKeptOfOverlong)), tail: lastOf(line) };
    } else this.#overlong.tail = lastOf(Buffer.concat([this.#overlong.tail, piece]));
  }

  #endLine(): void {
    if (this.#overlong !== undefined) {
      const { head, tail } = this.#overlong;
      const id = idIn(head.toString(), tail.toString());
      this.#onOverlong({ bytes: this.#bytes, ...(id !== undefined && { id }) });
    } else if (this.#bytes > 0) this.push(Buffer.concat(this.#pieces));
    this.#pieces = [];
    this.#bytes = 0;
    this.#overlong = undefined;
  }
}

function lastOf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(-maxKeptOfOverlong));
}

const id = String.raw`"id"\s*:\s*(\d{1,15}|"[\w.:-]{1,200}")`;
const atBeginning = new RegExp(String.raw`^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?${id}\s*,`);
const atEnd = new RegExp(String.raw`,\s*${id}\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$`);

function idIn(head: string, tail: string): number | string | undefined {
  const found = atBeginning.exec(head)?.[1] ?? atEnd.exec(tail)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as number | string);
}
