import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tacticEnd } from './tactic-end.ts';

describe('a tactic ends', () => {
  test.each([
    ['at the end of the text', '‹exact?›'],
    ['behind its arguments', '‹simp? [h, (foo, bar)] at h›'],
    ['before the next one', 'intro h; ‹simp?›; rfl'],
    ['before the next line', 'intro h\n‹simp? [h]›\nrfl'],
    ['behind lines that stand to its right', 'intro h\n‹show_term\n  exact\n    h›\nrfl'],
    ['before <;>', '‹simp? [a]› <;> rfl'],
    ['before another way', 'first | ‹exact?› | rfl'],
    ['before what closes a bracket around it', 'constructor <;> (‹simp? [a]›) <;> rfl'],
    ['before the next part of a term', 'exact ⟨by ‹exact?›, h⟩'],
    ['before else', 'if h : p then ‹exact?› else rfl'],
    ['before a comment behind it', '‹exact?› -- found'],
    ['in a focus, before its next line', '· ‹exact?›\n  rfl\n· rfl'],
    ['behind comments and strings in it', '‹simp? [a] -- ;\n  at h›\nrfl'],
  ])('%s', async (_, marked) => {
    const start = marked.indexOf('‹');
    const end = marked.indexOf('›') - 1;
    const code = marked.replace('‹', '').replace('›', '');
    const word = /^\S+?(?=[\s);,|]|$)/.exec(code.slice(start))?.[0] ?? '';
    expect(await tacticEnd(code, start, start + word.length)).toBe(end);
  });

  test('somewhere in any text, and not before what belongs to it', async () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '⟨',
      '⟩',
      '"',
      '/-',
      '-/',
      '--',
      '\n',
      '  ',
      'a',
      ';',
      '<;>',
      '|',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.nat({ max: 20 }), fc.nat({ max: 5 }), async (pieces, from, length) => {
        const code = pieces.join('');
        const start = Math.min(from, code.length);
        const least = Math.min(start + length, code.length);
        const end = await tacticEnd(code, start, least);
        expect(end).toBeGreaterThanOrEqual(least);
        expect(end).toBeLessThanOrEqual(code.length);
      }),
    );
  });
});
