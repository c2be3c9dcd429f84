import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { readSuggestions, type Suggestion } from './suggestions.ts';

function read(message: string, most = 100): Suggestion[] {
  return readSuggestions({ severity: 'information', message }, most);
}

function texts(message: string): string[] {
  return read(message).map(({ text }) => text);
}

describe('one suggestion', () => {
  test.each([
    ['until Lean 4.22', 'Try this: exact Nat.add_comm a b', 'exact Nat.add_comm a b'],
    ['of Lean 4.23', 'Try this:\n  exact Nat.add_comm a b', 'exact Nat.add_comm a b'],
    ['since Lean 4.25', 'Try this:\n  [apply] exact Nat.add_comm a b', 'exact Nat.add_comm a b'],
    ['behind its button', 'Try this: [apply] simp only [a]', 'simp only [a]'],
    ['with more about it', 'Try this:\n  [apply] ring_nf\n  \n  The `ring` tactic failed.\n  Note that', 'ring_nf'],
    ['printed with a line end', 'Try this: rfl\n', 'rfl'],
    ['under another header', 'Try this to display the actual theorem instances:\n  [apply] grind', 'grind'],
    ['of `says`', 'Try this:\n  [apply] simp? says simp only [a]', 'simp? says simp only [a]'],
    [
      'over several lines until 4.22',
      'Try this: calc a\n    _ = b := h\n    _ = c := g',
      'calc a\n    _ = b := h\n    _ = c := g',
    ],
    [
      'over several lines of 4.23',
      'Try this:\n  intro h\n  cases h with\n  | inl a =>\n    exact a\n  \n  | inr b => exact b',
      'intro h\ncases h with\n| inl a =>\n  exact a\n\n| inr b => exact b',
    ],
    [
      'over several lines since 4.25',
      'Try this:\n  [apply] intro h\n  cases h with\n  | inl a =>\n    exact a',
      'intro h\ncases h with\n| inl a =>\n  exact a',
    ],
    ['with less indentation than expected', 'Try this:\n  [apply] simp only [a,\n b]', 'simp only [a,\nb]'],
  ])('%s', (_, message, text) => {
    expect(read(message)).toEqual([{ text, remaining: [] }]);
  });
});

describe('several suggestions', () => {
  test.each([
    [
      'until Lean 4.22',
      'Try these:\n• simp\n• simp only [ne_eq,\n    reduceCtorEq]',
      ['simp', 'simp only [ne_eq,\n    reduceCtorEq]'],
    ],
    ['of Lean 4.23', 'Try these:\n  • simp\n  • grind only [a,\n      b]', ['simp', 'grind only [a,\n  b]']],
    [
      'since Lean 4.25',
      'Try these:\n  [apply] grind only\n  [apply] grind [a] =>\n    · instantiate only\n    · finish',
      ['grind only', 'grind [a] =>\n  · instantiate only\n  · finish'],
    ],
    ['of Mathlib’s hint', 'Try these:\n  [apply] 🎉️ simp_all\n  [apply] omega', ['simp_all', 'omega']],
  ])('%s', (_, message, expected) => {
    expect(texts(message)).toEqual(expected);
  });

  test('are as many as are wanted', () => {
    expect(read(`Try these:${'\n  [apply] simp'.repeat(9)}`, 3)).toHaveLength(3);
  });
});

describe('what is left', () => {
  test.each([
    [
      'goals of apply?',
      'Try this:\n  [apply] refine Bool.dcond ?_ (fun a => ?_) ?_\n  -- Remaining subgoals:\n  -- ⊢ Bool\n  -- ⊢ ?_ = true → p',
      'refine Bool.dcond ?_ (fun a => ?_) ?_',
      ['Bool', '?_ = true → p'],
    ],
    [
      'a goal over two lines',
      'Try this:\n  [apply] refine f ?_\n  -- Remaining subgoals:\n  -- ⊢ a ∧\n      b\n  -- ⊢ c',
      'refine f ?_',
      ['a ∧\n    b', 'c'],
    ],
    ['the goal of rw?', 'Try this:\n  [apply] rw [Nat.add_comm]\n  -- b + a = c', 'rw [Nat.add_comm]', ['b + a = c']],
    ['the goal of an earlier rw?', 'Try this: rw [Nat.add_comm]\n-- b + a = c', 'rw [Nat.add_comm]', ['b + a = c']],
    ['no goals', 'Try this:\n  [apply] rw [Nat.add_comm]\n  -- no goals', 'rw [Nat.add_comm]', []],
    ['goals of hint', 'Try these:\n  • norm_num\n    Remaining subgoals:\n    ⊢ False', 'norm_num', ['False']],
  ])('%s', (_, message, text, remaining) => {
    expect(read(message)).toEqual([{ text, remaining }]);
  });

  test('comments of another tactic are its own', () => {
    expect(texts('Try this:\n  [apply] intro h\n  -- by cases\n  cases h')).toEqual(['intro h\n-- by cases\ncases h']);
  });

  test('is at most some goals', () => {
    const goals = '\n  -- ⊢ p'.repeat(5000);
    expect(read(`Try this:\n  [apply] refine f\n  -- Remaining subgoals:${goals}`)[0]?.remaining).toHaveLength(24);
  });
});

describe('no suggestion is', () => {
  test.each([
    ['another message', 'declaration uses sorry. Try this: rfl'],
    ['an empty one', 'Try this:'],
    ['a blank one', 'Try this: \n  [apply] \n'],
    ['a sentence', 'Try this one day'],
    ['an attribute with what stands around it', 'Try these:\n  • [grind =] for pattern: [f (g #0)]'],
    ['a picture of a change', 'Try this:\n  r\u0335f\u0332l'],
    ['a list without its marks', 'Try these:\nsimp'],
  ])('%s', (_, message) => {
    expect(read(message)).toEqual([]);
  });

  test('in a warning or an error', () => {
    expect(readSuggestions({ severity: 'error', message: 'Try this: rfl' }, 9)).toEqual([]);
    expect(readSuggestions({ severity: 'warning', message: 'Try this: rfl' }, 9)).toEqual([]);
  });

  test('what is too long to be read to its end', () => {
    expect(read(`Try this: ${'a'.repeat(100_000)}`)).toEqual([]);
    expect(texts(`Try these:\n• simp\n• ${'a'.repeat(100_000)}`)).toEqual(['simp']);
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    ...[
      'Try this:',
      'Try these:',
      ' ',
      '\n',
      '  ',
      '[apply] ',
      '• ',
      '-- ',
      '⊢ ',
      'Remaining subgoals:',
      'rw [a]',
      '🎉️ ',
    ],
  );
  const like = fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme' }))).map((pieces) => pieces.join(''));

  test('is read, and no more comes out than went in', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          like,
          like.map((rest) => `Try this:${rest}`),
        ),
        fc.nat({ max: 5 }),
        (message, most) => {
          const suggestions = read(message, most);
          expect(suggestions.length).toBeLessThanOrEqual(most);
          const length = suggestions.reduce(
            (sum, { text, remaining }) => sum + text.length + remaining.join('').length,
            0,
          );
          expect(length).toBeLessThanOrEqual(message.length);
          for (const { text } of suggestions) expect(text.trim()).toBe(text);
          for (const { text } of suggestions) expect(text).not.toBe('');
        },
      ),
    );
  });

  test('that does not begin as Lean begins it has none', () => {
    fc.assert(
      fc.property(like, (message) => {
        fc.pre(!message.startsWith('Try th'));
        expect(read(message)).toEqual([]);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  test('that Lean would suggest comes back, in each way of saying it', () => {
    const line = fc.stringMatching(/^[a-z][a-z0-9 ⟨⟩?_]{0,20}[a-z]$/);
    const code = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n  '));
    const nested = (text: string, by: number): string => text.replaceAll('\n', `\n${' '.repeat(by)}`);
    fc.assert(
      fc.property(fc.array(code, { minLength: 1, maxLength: 4 }), (codes) => {
        const [first = ''] = codes;
        expect(texts(`Try this: ${first}`)).toEqual([first]);
        expect(texts(`Try this:\n  ${nested(first, 2)}`)).toEqual([first]);
        expect(texts(`Try these:${codes.map((text) => `\n• ${text}`).join('')}`)).toEqual(codes);
        expect(texts(`Try these:${codes.map((text) => `\n  • ${nested(text, 4)}`).join('')}`)).toEqual(codes);
        expect(texts(`Try these:${codes.map((text) => `\n  [apply] ${nested(text, 2)}`).join('')}`)).toEqual(codes);
      }),
      { numRuns: fuzzRuns(300) },
    );
  });
});
