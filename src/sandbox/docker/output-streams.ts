/*
 * The engine sends a container's stdout and stderr in one byte stream, in frames: one byte for the stream (1 or 2), three
 * zero bytes, four bytes of length, the payload. This splits them. It never holds more than one read of payload: when a
 * reader is slow the engine is made to wait, and with it the process in the container.
 */
import { PassThrough, type Readable } from 'node:stream';

const headerBytes = 8;

/** The two output streams of a container. */
export interface OutputStreams {
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Splits an attached stream. Both outputs end when the source ends or breaks, and both must be read.
 *
 * @param source what the engine's attach gave
 */
export function splitOutput(source: Readable): OutputStreams {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const splitter = new FrameSplitter();
  const isFull = (): boolean => stdout.writableNeedDrain || stderr.writableNeedDrain;

  source.on('data', (chunk: Buffer) => {
    for (const { stream, payload } of splitter.push(chunk)) (stream === 2 ? stderr : stdout).write(payload);
    if (isFull()) source.pause();
  });
  const goOn = (): void => {
    if (!isFull()) source.resume();
  };
  stdout.on('drain', goOn);
  stderr.on('drain', goOn);
  const end = (): void => {
    stdout.end();
    stderr.end();
  };
  source.once('end', end).once('close', end).once('error', end);
  return { stdout, stderr };
}

/** A piece of one of the streams. */
interface StreamPiece {
  readonly stream: number;
  readonly payload: Buffer;
}

/** Takes the engine's frames apart, wherever the reads happen to cut them. */
export class FrameSplitter {
  #header = Buffer.alloc(0);
  #stream = 1;
  #remaining = 0;

  push(chunk: Buffer): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    while (chunk.length > 0) {
      if (this.#remaining > 0) {
        const payload = chunk.subarray(0, this.#remaining);
        pieces.push({ stream: this.#stream, payload });
        this.#remaining -= payload.length;
        chunk = chunk.subarray(payload.length);
        continue;
      }
      const missing = headerBytes - this.#header.length;
      this.#header = Buffer.concat([this.#header, chunk.subarray(0, missing)]);
      chunk = chunk.subarray(missing);
      if (this.#header.length < headerBytes) break;
      this.#stream = this.#header.readUInt8(0);
      this.#remaining = this.#header.readUInt32BE(4);
      this.#header = Buffer.alloc(0);
    }
    return pieces;
  }
}
