import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { naiveFind, readDeclarations } from '../../test/support/naive-find.ts';
import { IndexBuilder, type DeclarationIndex } from './declaration-index.ts';
import { declarationKinds } from './declaration-kinds.ts';
import { parseFindQuery, type FindQuery } from './find-query.ts';
import { search } from './search.ts';

const parts = ['add', 'comm', 'Nat', 'List', 'toList', 'map', 'HTTPServer', 'x1', 'ß', '«+»', "add'"];
const part = fc.constantFrom(...parts);
const name = fc
  .array(part, { minLength: 1, maxLength: 4 })
  .chain((some) => fc.constantFrom('.', '_', '').map((between) => some.join(between)));
const token = fc.constantFrom('a', 'b', '+', '=', '(', ')', '⟨', '⟩', '[', ']', 'Nat', '_');
const type = fc.array(token, { maxLength: 9 }).map((tokens) => tokens.join(' '));
const doc = fc.array(part, { maxLength: 4 }).map((words) => words.join(' '));
const library = fc
  .uniqueArray(fc.record({ name, type, doc }), { maxLength: 12, selector: (one) => one.name })
  .chain((declarations) => {
    const count = declarations.length;
    const constants = fc.array(fc.nat({ max: Math.max(0, count - 1) }), { maxLength: count === 0 ? 0 : 3 });
    const facts = fc.record({ kind: fc.constantFrom(...declarationKinds), module: fc.nat({ max: 1 }), constants });
    return fc
      .array(facts, { minLength: count, maxLength: count })
      .map((more) => declarations.map((one, at) => ({ ...one, ...more[at] })));
  })
  .map((all) =>
    [
      `lean-docker-mcp-index 1 2 ${all.length}`,
      'm\tInit.A',
      'm\tInit.AB',
      ...all.map(({ kind = '', module = 0, name: own, constants = [], type: typed, doc: said }) =>
        ['d', kind, module, own, [...new Set(constants)].join(' '), Buffer.byteLength(typed), typed, said].join('\t'),
      ),
      'end\n',
    ].join('\n'),
  );
const lower = part.map((word) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, 'a'));
const query: fc.Arbitrary<FindQuery> = fc
  .record({
    text: fc.oneof(name, fc.constant('no name')),
    words: fc.array(fc.oneof(lower, fc.constantFrom('a', 'm')), { maxLength: 2 }),
    quoted: fc.array(fc.constantFrom('d_c', 'at.l', 'list'), { maxLength: 1 }),
    constants: fc.array(name, { maxLength: 1 }),
    pattern: fc.option(fc.array(fc.oneof(token, fc.constant('_')), { minLength: 1, maxLength: 6 }), { nil: undefined }),
  })
  .map(({ pattern, ...rest }) => ({ ...rest, ...(pattern !== undefined && { pattern }) }));

async function indexOf(text: string, pieceSize = 1000): Promise<DeclarationIndex> {
  const builder = new IndexBuilder();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceSize) builder.take(bytes.subarray(at, at + pieceSize));
  return await builder.finish();
}

describe('search', () => {
  it('finds what a scan by the definition finds, in the same order, however the bytes came', async () => {
    await fc.assert(
      fc.asyncProperty(
        library,
        query,
        fc.option(fc.constantFrom(...declarationKinds), { nil: undefined }),
        fc.option(fc.constantFrom('Init', 'Init.A', 'Ini'), { nil: undefined }),
        fc.integer({ min: 1, max: 50 }),
        async (text, asked, kind, module, pieceSize) => {
          const index = await indexOf(text, pieceSize);
          const expected = naiveFind(readDeclarations(text), asked, {
            ...(kind !== undefined && { kind }),
            ...(module !== undefined && { module }),
          });
          const { found, best } = await search(index, asked, { kind, module, limit: 5 });
          expect(best.map((number) => index.names[number])).toEqual(expected.slice(0, 5));
          expect(found).toBe(expected.length);
        },
      ),
      { numRuns: fuzzRuns(500) },
    );
  });

  const lines = [
    'lean-docker-mcp-index 1 2 5',
    'm\tInit.Nat',
    'm\tLean.More',
    'd\tinductive\t0\tNat\t\t4\tType\tThe natural numbers.',
    'd\ttheorem\t0\tNat.add_comm\t0\t13\t∀ (n m : Nat), n + m = m + n\t',
    'd\ttheorem\t1\tInt.add_comm\t\t13\t∀ (n m : Int), n + m = m + n\tAddition commutes.',
    'd\tdefinition\t1\tMyNat.addCommutes\t0 0\t3\tNat → Nat\t',
    `d\ttheorem\t1\tiffOfTwo\t\t${Buffer.byteLength('(p → q ↔ (q))')}\tp → (p → q ↔ (q))\t`,
    'end\n',
  ];
  it.each([
    ['Nat.add_comm', ['Nat.add_comm']],
    ['nat.ADD_comm', ['Nat.add_comm', 'MyNat.addCommutes']],
    ['add comm', ['Int.add_comm', 'Nat.add_comm', 'MyNat.addCommutes']],
    ['commutes', ['MyNat.addCommutes', 'Int.add_comm']],
    ['omm', []],
    ['"omm"', ['Int.add_comm', 'Nat.add_comm', 'MyNat.addCommutes']],
    ['`d_c` nat', ['Nat.add_comm']],
    ['_ + _ = _', ['Int.add_comm', 'Nat.add_comm']],
    ['nat ⊢ _ + _ = _', ['Nat.add_comm']],
    ['|- n + m = m + _', ['Int.add_comm', 'Nat.add_comm']],
    ['⊢ _ → _', ['iffOfTwo']],
    ['⊢ (_ + _ = _)', ['Int.add_comm', 'Nat.add_comm']],
    ['⊢ _ ↔ _', ['iffOfTwo']],
    ['⊢ _) ↔ (_', []],
  ])('finds by %s', async (asked, expected) => {
    const index = await indexOf(lines.join('\n'));
    const { best } = await search(index, parseFindQuery(asked), { limit: 10 });
    expect(best.map((number) => index.names[number])).toEqual(expected);
  });
});

describe('a query', () => {
  it.each(['', '  ', '+', '"" ``', '⊢', '|- '])('of nothing, as %j, is refused', (asked) => {
    expect(() => parseFindQuery(asked)).toThrow('There is nothing to look for');
  });

  it('of too much is refused', () => {
    expect(() => parseFindQuery('a '.repeat(21))).toThrow('The query has 21 words');
    expect(() => parseFindQuery('_ + '.repeat(16))).toThrow('The pattern has 32 tokens');
  });
});
