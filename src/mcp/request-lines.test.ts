import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { RequestLines, type OverlongRequest } from './request-lines.ts';

const limit = 100;

async function pass(chunks: readonly Buffer[]): Promise<{ text: string; overlong: OverlongRequest[] }> {
  const overlong: OverlongRequest[] = [];
  const lines = new RequestLines(limit, (request) => overlong.push(request));
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  let text = '';
  for await (const piece of lines) text += (piece as Buffer).toString('latin1');
  return { text, overlong };
}

const long = 'x'.repeat(200);

describe('the lines of a client', () => {
  it('come through unchanged, each whole, unless they are too long, wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(250)), fc.boolean(), fc.array(fc.nat(99)), async (lengths, isWhole, cuts) => {
        const lines = lengths.map((length, index) => `${String.fromCharCode(97 + (index % 26)).repeat(length)}\n`);
        const stream = Buffer.from(lines.join('') + (isWhole ? '' : 'rest'));
        const chunks: Buffer[] = [];
        for (let at = 0; at < stream.length;) {
          const size = 1 + (cuts[chunks.length % Math.max(1, cuts.length)] ?? 30);
          chunks.push(stream.subarray(at, at + size));
          at += size;
        }
        const { text, overlong } = await pass(chunks);
        const short = lines.filter((line) => line.length <= limit);
        expect(text).toBe(short.join('') + (isWhole ? '' : 'rest'));
        expect(overlong).toEqual(lines.filter((line) => line.length > limit).map(({ length }) => ({ bytes: length })));
      }),
      { numRuns: fuzzRuns(100) },
    );
  });

  it.each<[string, number | string | undefined]>([
    [`{"method":"x","params":{"a":"${long}"},"jsonrpc":"2.0","id":7}`, 7],
    [`{"method":"x","params":{"a":"${long}"},"id":"a-1","jsonrpc":"2.0"}`, 'a-1'],
    [`{"jsonrpc":"2.0","id":12,"method":"x","params":{"a":"${long}"}}`, 12],
    [`{ "id" : 12, "jsonrpc": "2.0", "params":{"a":"${long}"}}\r`, 12],
    [`{"jsonrpc":"2.0","method":"x","params":{"a":"${long}","id":5}}`, undefined],
    [`{"method":"x","params":{"a":"${long}"},"jsonrpc":"2.0","id":null}`, undefined],
    [long, undefined],
  ])('are told by their id when they are too long: %#', async (line, id) => {
    const { text, overlong } = await pass([Buffer.from(`${line}\n{"short":1}\n`)]);
    expect(text).toBe('{"short":1}\n');
    expect(overlong).toEqual([{ bytes: line.length + 1, ...(id !== undefined && { id }) }]);
  });
});
