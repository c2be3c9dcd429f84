import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { IndexBuilder } from './declaration-index.ts';
import { IndexDamage, indexLimits } from './index-line.ts';

const good = ['lean-docker-mcp-index 1 1 1', 'm\tInit', 'd\ttheorem\t0\tt\t0\t4\tTrue\tSays so.', 'end', ''];
const read = async (bytes: Buffer): Promise<unknown> => {
  const builder = new IndexBuilder();
  builder.take(bytes);
  return await builder.finish();
};
const withLine = (at: number, line: string): Buffer =>
  Buffer.from(good.map((one, i) => (i === at ? line : one)).join('\n'));

describe('the reader of an index', () => {
  it('takes one that is whole', async () => {
    await expect(read(Buffer.from(good.join('\n')))).resolves.toMatchObject({ names: ['t'], modules: ['Init'] });
  });

  it.each([
    [0, 'lean-docker-mcp-index 2 1 1', 'another format'],
    [0, 'something 1 1 1', 'does not begin'],
    [0, `lean-docker-mcp-index 1 1 ${indexLimits.declarations + 1}`, 'the number of declarations'],
    [0, 'lean-docker-mcp-index 1 1 2', 'other fields'],
    [0, 'lean-docker-mcp-index 1 1 0', 'more declarations'],
    [1, 'm\t', 'a module has no name'],
    [1, 'm\tA\u0007', 'a module has no name'],
    [2, 'd\ttheorem\t1\tt\t0\t4\tTrue\t', 'the module of a declaration'],
    [2, 'd\tlemma\t0\tt\t0\t4\tTrue\t', 'no known kind'],
    [2, 'd\ttheorem\t0\t\t0\t4\tTrue\t', 'no name'],
    [2, 'd\ttheorem\t0\tt\t1\t4\tTrue\t', 'a constant of a type'],
    [2, 'd\ttheorem\t0\tt\t0  0\t4\tTrue\t', 'a constant of a type'],
    [2, 'd\ttheorem\t0\tt\t0\t5\tTrue\t', 'the length of a conclusion'],
    [2, 'd\ttheorem\t0\tt\t0\t-1\tTrue\t', 'the length of a conclusion'],
    [2, 'd\ttheorem\t0\tt\t0\t4\tTrue\u001b[2J\t', 'control characters'],
    [2, `d\ttheorem\t0\t${'t'.repeat(indexLimits.lineBytes)}\t0\t4\tTrue\t`, 'a line is too long'],
    [3, 'end\nend', 'behind its end'],
    [3, 'en', 'more declarations'],
    [3, '', 'more declarations'],
  ])('refuses line %i as %j', async (at, line, why) => {
    await expect(read(withLine(at, line))).rejects.toThrow(why);
  });

  it('refuses one that is cut off, wherever', async () => {
    const whole = Buffer.from(good.join('\n'));
    for (let size = 0; size < whole.length; size += 1) {
      await expect(read(whole.subarray(0, size))).rejects.toThrow(IndexDamage);
    }
  });

  it('reads pieces of any size, also when all come in the same bytes', async () => {
    const whole = Buffer.from(good.join('\n'));
    for (let size = 1; size <= whole.length; size += 1) {
      const builder = new IndexBuilder();
      const shared = Buffer.alloc(size);
      for (let at = 0; at < whole.length; at += size)
        builder.take(shared.subarray(0, whole.copy(shared, 0, at, at + size)));
      await expect(builder.finish()).resolves.toMatchObject({ names: ['t'], modules: ['Init'] });
    }
  });

  it('holds no more of a line that does not end than it may have', () => {
    const builder = new IndexBuilder();
    const much = Buffer.alloc(indexLimits.lineBytes / 2, 'x');
    builder.take(much);
    builder.take(much);
    expect(() => {
      builder.take(much);
    }).toThrow('a line is too long');
  });

  it('takes any bytes for an index or says what is wrong with them, and nothing else', async () => {
    const line = fc.oneof(
      fc.constantFrom(...good),
      fc
        .array(fc.constantFrom('d', 'm', 'theorem', '0', '1', '-1', '', 'é', 'end'), { maxLength: 9 })
        .map((fields) => fields.join('\t')),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
        const bytes = Buffer.from(['lean-docker-mcp-index 1 1 2', ...lines].join('\n'));
        await read(bytes).catch((error: unknown) => {
          expect(error).toBeInstanceOf(IndexDamage);
        });
      }),
      { numRuns: fuzzRuns(500) },
    );
  });
});
