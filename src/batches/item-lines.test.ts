import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchItem } from './batch-item.ts';
import { readItems } from './item-lines.ts';

const limits = { codeBytes: 100_000, codeLines: 1000 };

async function read(text: string, cut = 7, codeBytes = limits.codeBytes): Promise<BatchItem[]> {
  const bytes = Buffer.from(text);
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += cut) yield await Promise.resolve(bytes.subarray(at, at + cut));
  };
  const items: BatchItem[] = [];
  for await (const item of readItems(pieces(), { ...limits, codeBytes })) items.push(item);
  return items;
}

describe('items on lines', () => {
  it('are read as they were written, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            id: fc.string({ unit: 'binary', minLength: 1, maxLength: 9 }),
            code: fc.string({ unit: 'binary', maxLength: 30 }),
          }),
          { maxLength: 9 },
        ),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        async (written, cut, lineEnd) => {
          const items = await read(written.map((item) => JSON.stringify(item)).join(lineEnd), cut);
          const wellFormed = written.map(({ id, code }, index) => ({
            index,
            id: id.toWellFormed(),
            code: code.toWellFormed(),
          }));
          expect(items).toEqual(wellFormed);
        },
      ),
    );
  });

  it('without an id are numbered from 1', async () => {
    expect((await read('{"code": "a"}\n{"code": "b", "id": 7}\n{"code": "c"}')).map(({ id }) => id)).toEqual([
      '1',
      '7',
      '3',
    ]);
  });

  it.each([
    ['no JSON', '{"code": "a"}\n{"code": ', 'Line 2 is no item of a batch: it is not JSON'],
    ['another field', '{"code": "a", "cod": 1}', 'Line 1'],
    ['no code', '{"id": "a"}', 'code'],
    ['a list', '[1]', 'Line 1'],
    ['many values', JSON.stringify({ code: 'a', more: Array.from({ length: 200 }, () => 0) }), 'too many values'],
    ['too much code', JSON.stringify({ code: 'x'.repeat(100_001) }), 'at most 100000'],
  ])('with %s are refused by their number', async (_, text, why) => {
    await expect(read(text)).rejects.toThrow(why);
  });

  it('that never end are not kept', async () => {
    await expect(read('x'.repeat(20_000), 1000, 1000)).rejects.toThrow('longer than 10096 bytes');
  });
});
