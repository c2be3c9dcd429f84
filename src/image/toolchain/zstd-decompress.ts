import { Transform } from 'node:stream';
import type { Decompress } from 'fzstd';

/** A stream that decompresses Zstandard data in bounded memory. Fails on data that is damaged or cut short. */
export async function zstdDecompress(): Promise<Transform> {
  // A library, since Node has a decoder of its own only from version 22.15 on; on demand, since only downloads need it.
  const { Decompress } = await import('fzstd');
  return new ZstdDecompress(Decompress);
}

class ZstdDecompress extends Transform {
  readonly #decoder: Decompress;

  constructor(decoder: typeof Decompress) {
    super();
    this.#decoder = new decoder((bytes) => {
      this.push(bytes);
    });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#feed(chunk, false, done);
  }

  override _flush(done: (error?: Error) => void): void {
    this.#feed(new Uint8Array(), true, done);
  }

  #feed(chunk: Uint8Array, last: boolean, done: (error?: Error) => void): void {
    try {
      this.#decoder.push(chunk, last);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
