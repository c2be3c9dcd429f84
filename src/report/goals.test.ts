import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Goal, GoalList, OpenGoal } from '../lean/diagnostic.ts';
import { fitGoals, fitOpenGoals } from './goals.ts';
import { renderMessages } from './render-messages.ts';
import type { StructuredResult } from './structured-result.ts';

const goal: Goal = {
  rendered: 'case inl\nx : Nat := 5\n: p\n⊢ q',
  caseName: 'inl',
  hypotheses: [
    { names: ['x'], type: 'Nat', value: '5' },
    { names: [], type: 'p' },
  ],
  target: 'q',
};

const alone = (one: Goal): GoalList => ({ goals: [one], more: 0 });

describe('goals in a result', () => {
  test('have their parts, without what is empty', () => {
    expect(fitGoals({ goals: [goal, { rendered: '⊢ q', hypotheses: [], target: 'q' }], more: 0 }, 10_000)).toEqual({
      goals: [
        {
          rendered: 'case inl\nx : Nat := 5\n: p\n⊢ q',
          case: 'inl',
          hypotheses: [{ names: ['x'], type: 'Nat', value: '5' }, { type: 'p' }],
          target: 'q',
        },
        { rendered: '⊢ q', target: 'q' },
      ],
      omittedGoals: 0,
      omittedCharacters: 0,
    });
  });

  test('show control characters', () => {
    const [shown] = fitGoals(alone({ rendered: '⊢ \u001b[1m', hypotheses: [], target: '\u001b[1m' }), 1000).goals;
    expect(shown).toEqual({ rendered: '⊢ \\x1b[1m', target: '\\x1b[1m' });
  });

  test('fit the number of characters, however many and long they are', () => {
    const long = fc.string({ maxLength: 500 }).map((text): Goal => ({
      rendered: `⊢ ${text}`,
      hypotheses: [],
      target: text,
    }));
    fc.assert(
      fc.property(fc.array(long, { maxLength: 40 }), fc.nat(5000), (goals, limit) => {
        const fitted = fitGoals({ goals, more: 2 }, limit);
        expect(
          fitted.goals.map((shown) => JSON.stringify(shown).length).reduce((a, b) => a + b, 0),
        ).toBeLessThanOrEqual(limit);
        expect(fitted.goals.length + fitted.omittedGoals).toBe(goals.length + 2);
        expect(fitted.goals.length).toBeLessThanOrEqual(24);
      }),
    );
  });

  test('that are too long keep their ends, and say how much is missing', () => {
    const rendered = `x : Nat\n⊢ ${'a'.repeat(3000)}z`;
    const fitted = fitGoals(alone({ rendered, hypotheses: [{ names: ['x'], type: 'Nat' }], target: 'a' }), 4000);
    expect(fitted.goals[0]?.rendered).toMatch(/^x : Nat\n⊢ a+\n\[… \d+ characters left out …\]\na+z$/);
    expect(fitted.goals[0]).not.toHaveProperty('hypotheses');
    expect(fitted.omittedCharacters).toBeGreaterThan(1900);
  });

  test('count those that are not in the list', () => {
    const open: OpenGoal = { origin: 'sorry', sorry: 2, start: { line: 3, column: 4 }, goal };
    const fitted = fitOpenGoals({ goals: [open], more: 3 }, 10_000);
    expect(fitted).toMatchObject({ goals: [{ origin: 'sorry', sorry: 2, line: 3, column: 4 }], omittedGoals: 3 });
  });
});

describe('messages as text', () => {
  const sorry = (number: number, line: number, column: number, target: string) =>
    ({ origin: 'sorry', sorry: number, line, column, rendered: `x : Nat\n⊢ ${target}`, target }) as const;
  const message = (severity: 'error' | 'warning', line: number, column: number, text: string) =>
    ({ severity, line, column, end_line: line, end_column: column, message: text }) as const;
  const render = (part: Pick<StructuredResult, 'diagnostics' | 'goals'>): string[] =>
    renderMessages('A.lean', { status: 'success', outcome: 'completed', timings_ms: {} as never, ...part });

  test('show the goals of a sorry below the warning at it', () => {
    const diagnostics = [
      message('warning', 1, 9, "declaration uses 'sorry'"),
      message('warning', 2, 4, "declaration uses 'sorry'"),
    ];
    expect(render({ diagnostics, goals: [sorry(1, 1, 9, 'p'), sorry(2, 2, 4, 'q'), sorry(2, 2, 4, 'r')] })).toEqual([
      "A.lean:1:9: warning: declaration uses 'sorry'",
      '  sorry 1 at line 1, column 9 stands for:\n    x : Nat\n    ⊢ p',
      "A.lean:2:4: warning: declaration uses 'sorry'",
      '  sorry 2 at line 2, column 4 stands for:\n    x : Nat\n    ⊢ q\n\n    x : Nat\n    ⊢ r',
    ]);
  });

  test('show them below the warning at the declaration, in newer Leans', () => {
    const diagnostics = [message('warning', 1, 8, 'declaration uses `sorry`'), message('error', 4, 0, 'no')];
    expect(render({ diagnostics, goals: [sorry(1, 2, 2, 'p'), sorry(2, 3, 2, 'q')] }).map((block) => block[2])).toEqual(
      ['l', 's', 's', 'l'],
    );
  });

  test('show them last where no message is about them', () => {
    const diagnostics = [message('error', 4, 0, 'no')];
    expect(render({ diagnostics, goals: [sorry(1, 2, 2, 'p')] }).at(-1)).toContain('sorry 1 at line 2, column 2');
  });

  test('leave unsolved goals to their error', () => {
    const diagnostics = [message('error', 1, 0, 'unsolved goals\n⊢ p')];
    const goals = [{ origin: 'unsolved-goals', line: 1, column: 0, rendered: '⊢ p', target: 'p' }] as const;
    expect(render({ diagnostics, goals: [...goals] })).toEqual(['A.lean:1:0: error: unsolved goals\n⊢ p']);
  });
});
