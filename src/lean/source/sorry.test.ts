import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findSorries, saysSorry } from './sorry.ts';

/** The text with each place marked: `[` before the tactic or the word, `]` behind it. */
async function marked(code: string): Promise<string> {
  let shown = code;
  for (const { start, end, exactStart } of [...(await findSorries(code))].reverse()) {
    shown = `${shown.slice(0, exactStart ?? start)}[${shown.slice(exactStart ?? start, end)}]${shown.slice(end)}`;
  }
  return shown;
}

describe('a sorry', () => {
  test.each([
    ['two on one line', '⟨[sorry], by [exact sorry]⟩'],
    ['in a where block', 'where\n  inner (m : Nat) : m = m := by\n    [exact sorry]'],
    ['behind a tab and astral characters', '\t/- 🎉 -/ have := "🎉"; [sorry]'],
    ['as a tactic', 'by\n  [sorry]\n  [admit]'],
    ['as an argument', 'exact foo [sorry]'],
    ['as the first of several words', 'exact [sorry] x'],
    ['with a field behind it', 'exact [sorry].1'],
    ['in an alternative', 'first | [exact sorry] | simp'],
    ['before another tactic', '([exact sorry]; simp) <;> [exact sorry] <;> skip'],
    ['with a comment in between', '[exact /- x -/ sorry] -- y'],
    ['in a term of an interpolated string', 's!"{[sorry]} sorry"'],
  ])('is found %s', async (_, expected) => {
    expect(await marked(expected.replaceAll(/[[\]]/g, ''))).toBe(expected);
  });

  test.each([
    ['comments', '-- sorry\n/- sorry -/ /-- sorry -/'],
    ['strings', '"sorry" r#"sorry"#'],
    ['names', 'sorry_free xsorry a.sorry «sorry» `sorry sorry.x (x).sorry'],
    ['text behind #exit', '#exit\nsorry'],
  ])('is not found in %s', async (_, code) => {
    expect(await findSorries(code)).toEqual([]);
  });

  test('has a number, from 1 in the order of the text', async () => {
    expect((await findSorries('sorry admit sorry')).map(({ number, start }) => [number, start])).toEqual([
      [1, 0],
      [2, 6],
      [3, 12],
    ]);
  });

  const piece = fc.constantFrom(
    'exact ',
    'sorry',
    '\n',
    ' ',
    '"',
    '-- ',
    '/-',
    '-/',
    'x',
    '.',
    '🎉',
    ';',
    'admit',
    '«',
    '»',
  );
  test('is where it says, whatever the text is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece).map((pieces) => pieces.join('')),
        async (code) => {
          let last = 0;
          for (const { start, end, exactStart } of await findSorries(code)) {
            expect(['sorry', 'admit']).toContain(code.slice(start, end));
            if (exactStart !== undefined) expect(code.slice(exactStart, exactStart + 5)).toBe('exact');
            expect(exactStart ?? start).toBeGreaterThanOrEqual(last);
            last = end;
          }
        },
      ),
    );
  });
});

describe('a piece of code', () => {
  test.each(['sorry', 'exact sorry', 'admit', 'exact sorryAx _ true', 'simp [show p from sorry]'])(
    '%j says that it leaves something open',
    async (code) => {
      expect(await saysSorry(code)).toBe(true);
    },
  );

  test.each(['exact h -- sorry', 'exact "sorry"', 'exact not_sorry', 'simp'])('%j does not', async (code) => {
    expect(await saysSorry(code)).toBe(false);
  });
});
