import { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { Decompress } from 'fzstd';

/**
 * A stream that decompresses Zstandard data in bounded memory; it fails on data that is damaged or cut short. Uses Node's
 * own decoder, which Node has from version 22.15 on, or else a library that is several times slower.
 */
export async function zstdDecompress(): Promise<NodeJS.ReadWriteStream> {
  return nativeDecoder() ?? (await libraryDecoder());
}

/** @returns `undefined` when this Node has none */
export function nativeDecoder(): NodeJS.ReadWriteStream | undefined {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress');
  return typeof create === 'function' ? (create as () => NodeJS.ReadWriteStream)() : undefined;
}

/** The decoder for every Node. */
export async function libraryDecoder(): Promise<NodeJS.ReadWriteStream> {
  // On demand, since only downloads need it.
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
