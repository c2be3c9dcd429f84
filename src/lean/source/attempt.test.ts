import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indentAt, placeAttempt, unbalanced } from './attempt.ts';
import { tokenize } from './lexer.ts';

describe('an attempt that can stand in parentheses', () => {
  test.each([
    'simp',
    'exact (foo [a, b] ⟨c, d⟩)',
    'simp -- done',
    'exact ")"',
    "exact ')'",
    '-- only a comment )',
    'rw [a]\n· exact {x := 1}',
    'exact s!"{f (x)}"',
    '/- ) -/ simp',
  ])('%j', async (code) => {
    expect(await unbalanced(code)).toBeUndefined();
  });
});

describe('an attempt that cannot', () => {
  test.each([
    ['simp)\n#exit\n--(', 'it has a ) that closes nothing'],
    ['exact (foo', 'a ) is missing at its end'],
    ['simp [a', 'a ] is missing at its end'],
    ['exact ⟨a, (b⟩)', 'it has a ⟩ that closes nothing'],
    ['exact "a', 'a string in it is never closed'],
    ['simp /- why', 'a comment in it is never closed'],
    ['simp /- /- -/', 'a comment in it is never closed'],
  ])('%j: %s', async (code, problem) => {
    expect(await unbalanced(code)).toBe(problem);
  });

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
    ' ',
    'a',
    "'",
    '«',
    '{',
    's!"',
  );
  test('is told, so that any other leaves the closing parenthesis behind it alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece).map((pieces) => pieces.join('')),
        async (code) => {
          if ((await unbalanced(code)) !== undefined) return;
          const whole = `(${code}\n)`;
          const open: string[] = [];
          for (const { kind, start, end } of tokenize(whole)) {
            if (kind !== 'symbol') continue;
            if ('([{⟨'.includes(whole.slice(start, end)))
              open.push(')]}⟩'.charAt('([{⟨'.indexOf(whole.slice(start, end))));
            else if (')]}⟩'.includes(whole.charAt(start))) {
              expect(open.pop()).toBe(whole.charAt(start));
              expect(open.length === 0).toBe(start === whole.length - 1);
            }
          }
          expect(open).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('indentation', () => {
  test('puts the lines below the column of the first', async () => {
    expect(await indentAt('constructor\n· simp\n  done', 4)).toBe('constructor\n    · simp\n      done');
  });

  test('takes away what all lines have in common, and empty lines around', async () => {
    expect(await indentAt('\n  cases h with\n    | inl a => simp\n\n  rfl\n\n', 1)).toBe(
      'cases h with\n   | inl a => simp\n\n rfl',
    );
  });

  test('leaves lines of a string as they are', async () => {
    expect(await indentAt('  exact "a\n b"\n  done', 3)).toBe('exact "a\n b"\n   done');
  });
});

describe('an attempt in its place', () => {
  /** The attempt, with `[` where its own text begins and `]` where Lean shows the state after it. */
  async function marked(code: string, kind: 'tactic' | 'term', column: number): Promise<string> {
    const { text, contentStart, stateAfter } = await placeAttempt(code, kind, column);
    return `${text.slice(0, contentStart)}[${text.slice(contentStart, stateAfter)}]${text.slice(stateAfter)}`;
  }

  test('stands in parentheses, with white space behind them', async () => {
    expect(await marked('simp', 'tactic', 2)).toBe('([simp)] ');
    expect(await marked('simp', 'term', 2)).toBe('(by ([simp)] )');
  });

  test('has its lines below each other', async () => {
    expect(await marked('constructor\n· simp', 'tactic', 4)).toBe('([constructor\n     · simp)] ');
    expect(await marked('constructor\n· simp', 'term', 4)).toBe('(by ([constructor\n         · simp)] )');
  });

  test('is closed on the next line when it ends in a comment', async () => {
    expect(await marked('simp -- done', 'tactic', 2)).toBe('([simp -- done\n  )] ');
    expect(await marked('simp /- done -/', 'tactic', 2)).toBe('([simp /- done -/)] ');
  });
});
