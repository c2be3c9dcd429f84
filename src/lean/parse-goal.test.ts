import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Hypothesis } from './diagnostic.ts';
import { parseGoal, parseGoals } from './parse-goal.ts';

/** Prints a goal as Lean does when everything fits on its line. */
function print(caseName: string | undefined, hypotheses: readonly Hypothesis[], target: string): string {
  const lines = hypotheses.map(({ names, type, value }) => {
    const defined = value === undefined ? '' : ` := ${nested(value)}`;
    return `${names.join(' ')} : ${nested(type)}${defined}`;
  });
  return [...(caseName === undefined ? [] : [`case ${caseName}`]), ...lines, `⊢ ${nested(target)}`].join('\n');
}

const nested = (text: string): string => text.replaceAll('\n', '\n  ');

describe('a goal', () => {
  test('has its case, its hypotheses and its target', () => {
    expect(parseGoal('case inr\np q : Prop\nhq : q\n⊢ q ∨ p')).toEqual({
      rendered: 'case inr\np q : Prop\nhq : q\n⊢ q ∨ p',
      caseName: 'inr',
      hypotheses: [
        { names: ['p', 'q'], type: 'Prop' },
        { names: ['hq'], type: 'q' },
      ],
      target: 'q ∨ p',
    });
  });

  test('may be a target alone', () => {
    expect(parseGoal('⊢ Nat')).toEqual({ rendered: '⊢ Nat', hypotheses: [], target: 'Nat' });
  });

  test('of a conversion has its target behind a bar', () => {
    expect(parseGoal('a : Nat\n| a + 0')).toMatchObject({ hypotheses: [{ names: ['a'] }], target: 'a + 0' });
  });

  test('that goes over several lines loses the indentation of the lines that continue', () => {
    const goal = parseGoal('h :\n  a =\n    b\nx : Nat :=\n  f\n    y\n⊢ ∀ z,\n    z =\n      z');
    expect(goal.hypotheses).toEqual([
      { names: ['h'], type: 'a =\n  b' },
      { names: ['x'], type: 'Nat', value: 'f\n  y' },
    ]);
    expect(goal.target).toBe('∀ z,\n  z =\n    z');
  });

  test.each([' : p', ': p'])('shows a hypothesis without a name as %j', (line) => {
    expect(parseGoal(`a : Nat\n${line}\n⊢ q`).hypotheses).toEqual([
      { names: ['a'], type: 'Nat' },
      { names: [], type: 'p' },
    ]);
  });

  test.each([
    ['x : Nat := 5', { names: ['x'], type: 'Nat', value: '5' }],
    ['h : { x := 1 } = y', { names: ['h'], type: '{ x := 1 } = y' }],
    ['h : f (x := 1) = ⟨y, z⟩', { names: ['h'], type: 'f (x := 1) = ⟨y, z⟩' }],
    ['h : let y := 1; y = z', { names: ['h'], type: 'let y := 1; y = z' }],
    ['h : let y := 1; y = z := t', { names: ['h'], type: 'let y := 1; y = z', value: 't' }],
    ['x : Nat := let y := 1; y', { names: ['x'], type: 'Nat', value: 'let y := 1; y' }],
    ['s : String := ": Nat := 3"', { names: ['s'], type: 'String', value: '": Nat := 3"' }],
    ['s t : f ":=" := x', { names: ['s', 't'], type: 'f ":=" := x' }],
    ['«a : b» x✝¹ : Nat', { names: ['«a : b»', 'x✝¹'], type: 'Nat' }],
  ])('reads %j', (line, hypothesis) => {
    expect(parseGoal(`${line}\n⊢ q`).hypotheses).toEqual([hypothesis]);
  });

  test('that is none of this is a target as it stands', () => {
    expect(parseGoal('unknown goal')).toEqual({
      rendered: 'unknown goal',
      hypotheses: [],
      target: 'unknown goal',
    });
  });

  const name = fc.constantFrom('a', 'h₁', 'inst✝', 'x✝¹', '«a b»', '«:=»', 'this', 'n_ih✝');
  const term = fc
    .array(
      fc.constantFrom('a', 'f (x := 1)', '⟨b, c⟩', '":= ⊢"', '∀ x : α, p', 'let y := 2; y', '{ a := [b] }', '↑n'),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .chain((parts) => fc.constantFrom(' ', '\n').map((space) => parts.join(space)));
  const hypothesis = fc
    .record({ names: fc.array(name, { minLength: 1, maxLength: 3 }), type: term, value: fc.option(term) })
    .map(({ names, type, value }): Hypothesis =>
      names.length === 1 && value !== null ? { names, type, value } : { names, type },
    );

  test('comes back from print as it was', () => {
    fc.assert(
      fc.property(fc.option(name), fc.array(hypothesis, { maxLength: 5 }), term, (caseName, hypotheses, target) => {
        const rendered = print(caseName ?? undefined, hypotheses, target);
        expect(parseGoal(rendered)).toEqual({
          rendered,
          ...(caseName !== null && { caseName }),
          hypotheses,
          target,
        });
      }),
    );
  });

  test('is read from any text, and nothing of it is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseGoal(text).rendered).toBe(text);
      }),
    );
  });
});

describe('a list of goals', () => {
  test('keeps the first ones, and counts the others', () => {
    const { goals, more } = parseGoals({ goals: Array.from({ length: 100_000 }, (_, n) => `⊢ ${n}`), more: 7 });
    expect(goals.map(({ target }) => target)).toEqual(Array.from({ length: 24 }, (_, n) => String(n)));
    expect(more).toBe(100_000 - 24 + 7);
  });

  test('does not take apart what is longer than anybody reads', () => {
    const hypotheses = 'h : p\n'.repeat(50_000);
    const { goals } = parseGoals({ goals: ['h : p\n⊢ p', `${hypotheses}⊢ q`, '⊢ r'], more: 0 });
    expect(goals.map(({ hypotheses: parts, target }) => [parts.length, target])).toEqual([
      [1, 'p'],
      [0, 'q'],
      [0, 'r'],
    ]);
    expect(goals[1]?.rendered).toBe(`${hypotheses}⊢ q`);
  });
});
