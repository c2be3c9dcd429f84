import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zstdStored } from '../../../test/support/zstd-stored.ts';
import { libraryDecoder, nativeDecoder, zstdDecompress } from './zstd-decompress.ts';

/** What `zstd -19` makes of this text, with a checksum at the end. */
const text = `${'Lean 4 '.repeat(3000)}\n`;
const compressed = Buffer.from('KLUv/QRohQAAQExlYW4gNCAKAQD+kfZiBIkiAYQ=', 'base64');

async function decode(decoder: NodeJS.ReadWriteStream, chunks: readonly Buffer[]): Promise<Buffer> {
  const decoded = buffer(decoder);
  const [fed, result] = await Promise.allSettled([pipeline(Readable.from(chunks), decoder), decoded]);
  if (fed.status === 'rejected') throw fed.reason;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const decoders: [string, () => Promise<NodeJS.ReadWriteStream>][] = [['of the library', libraryDecoder]];
if (nativeDecoder() !== undefined) decoders.push(['that is chosen, which is Node’s own,', zstdDecompress]);

describe.each(decoders)('the decoder %s', (_title, open) => {
  it('gives what was compressed', async () => {
    expect((await decode(await open(), [compressed])).toString()).toBe(text);
  });

  it('gives the same however the data is cut', async () => {
    const noise = randomBytes(300_000);
    const stored = zstdStored(noise);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(stored.length), { maxLength: 5 }), async (cuts) => {
        expect((await decode(await open(), cut(stored, cuts))).equals(noise)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('fails on data that is cut short', async () => {
    const stored = zstdStored(randomBytes(300_000));
    for (const length of [3, 10, 131_081, 200_000, stored.length - 1])
      await expect(decode(await open(), [stored.subarray(0, length)])).rejects.toThrow();
  });

  it('fails on something else', async () => {
    await expect(decode(await open(), [Buffer.from('<html>Please log in to the network</html>')])).rejects.toThrow();
  });
});
