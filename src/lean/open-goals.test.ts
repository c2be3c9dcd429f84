import { describe, expect, test } from 'vitest';
import { Deadline } from '../core/deadline.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { LspPosition } from './language-server/lean-protocol.ts';
import { findOpenGoals } from './open-goals.ts';
import { PlacedCode } from './placed-code.ts';
import type { GoalQuestions } from './sorry-state.ts';

/** Answers from tables by `line:character`; a place that is not there is refused, as Lean does when it has stopped. */
function lean(
  goals: Readonly<Record<string, readonly string[]>>,
  terms: Readonly<Record<string, string>> = {},
): GoalQuestions & { readonly asked: string[] } {
  const asked: string[] = [];
  const key = ({ line, character }: LspPosition): string => `${line}:${character}`;
  return {
    asked,
    goals: (position) => {
      asked.push(key(position));
      const known = goals[key(position)];
      return known === undefined ? Promise.reject(new Error('nothing here')) : Promise.resolve(known);
    },
    termGoal: (position) => {
      asked.push(key(position));
      const goal = terms[key(position)];
      const end = { ...position, character: position.character + 'sorry'.length };
      return Promise.resolve(goal === undefined ? undefined : { goal, range: { start: position, end } });
    },
  };
}

const never = new Deadline();

function diagnostic(severity: Diagnostic['severity'], line: number, message: string): Diagnostic {
  const start = { line, column: 0 };
  return { severity, start, end: start, message };
}

describe('open goals', () => {
  test('of a text without sorry and without errors cost no question', async () => {
    const questions = lean({});
    const code = new PlacedCode('theorem t : 1 = 1 := rfl -- no sorry', 0);
    expect(await findOpenGoals(questions, code, [diagnostic('information', 1, 'x')], never)).toEqual({
      goals: [],
      more: 0,
    });
    expect(questions.asked).toEqual([]);
  });

  test('of `exact sorry` are the goals before the tactic that are gone within it', async () => {
    const questions = lean({ '2:2': ['case left\n⊢ p', '⊢ q'], '2:8': ['⊢ q'] });
    const { goals } = await findOpenGoals(questions, new PlacedCode('by\n  exact sorry', 1), [], never);
    expect(goals).toMatchObject([
      { origin: 'sorry', sorry: 1, start: { line: 2, column: 8 }, goal: { caseName: 'left', target: 'p' } },
    ]);
  });

  test('of a tactic that runs on several goals are all of them', async () => {
    const questions = lean({ '0:3': ['⊢ p', '⊢ p'], '0:4': [] });
    const { goals } = await findOpenGoals(questions, new PlacedCode('by sorry', 0), [], never);
    expect(goals.map(({ sorry, goal }) => [sorry, goal.target])).toEqual([
      [1, 'p'],
      [1, 'p'],
    ]);
  });

  test('of a term are what is expected there, not the state of the tactic around it', async () => {
    const questions = lean({ '0:15': ['⊢ r'], '0:16': ['⊢ r'] }, { '0:15': 'n : Nat\n⊢ p' });
    const { goals } = await findOpenGoals(questions, new PlacedCode('by exact f (🎉) sorry', 0), [], never);
    expect(goals).toEqual([]);
    const found = await findOpenGoals(questions, new PlacedCode('by exact f (x) sorry', 0), [], never);
    expect(found.goals.map(({ start, goal }) => [start.column, goal.target])).toEqual([[15, 'p']]);
  });

  test('of a term that Lean did not reach are none, whatever the state around it is', async () => {
    const questions = lean({ '0:13': ['⊢ r'], '0:14': ['⊢ r'] });
    expect(await findOpenGoals(questions, new PlacedCode('have : p := f sorry', 0), [], never)).toEqual({
      goals: [],
      more: 0,
    });
  });

  test('of an unsolved-goals error come from its message, in the order of the text', async () => {
    const questions = lean({ '1:3': ['⊢ p'], '1:4': [] });
    const diagnostics = [
      diagnostic('error', 1, 'unsolved goals\n⊢ a\n\n⊢ b'),
      diagnostic('warning', 2, "declaration uses 'sorry'"),
      diagnostic('error', 3, 'unsolved goals\n⊢ c'),
    ];
    const { goals } = await findOpenGoals(questions, new PlacedCode('x\nby sorry', 0), diagnostics, never);
    expect(goals.map(({ origin, start, goal }) => [origin, start.line, goal.target])).toEqual([
      ['unsolved-goals', 1, 'a'],
      ['unsolved-goals', 1, 'b'],
      ['sorry', 2, 'p'],
      ['unsolved-goals', 3, 'c'],
    ]);
  });

  test('are asked for at a limited number of places, and the others are counted', async () => {
    const questions = lean({});
    const { more } = await findOpenGoals(questions, new PlacedCode('sorry\n'.repeat(40), 0), [], never);
    expect(more).toBe(8);
    expect(new Set(questions.asked.map((place) => place.split(':')[0])).size).toBe(32);
  });

  test('that come too late are counted, and why is told', async () => {
    const known = lean({ '0:3': ['⊢ p'], '0:4': [] });
    const caller = new AbortController();
    using deadline = new Deadline(undefined, caller.signal);
    const questions: GoalQuestions = {
      ...known,
      goals: (position) => (position.line === 0 ? known.goals(position) : new Promise(() => undefined)),
    };
    setTimeout(() => {
      caller.abort();
    }, 10);
    const code = new PlacedCode('by sorry\nby sorry', 0);
    expect(await findOpenGoals(questions, code, [], deadline)).toMatchObject({
      goals: [{ sorry: 1 }],
      more: 1,
      stopped: 'cancelled',
    });
  });

  test('of which there are a million keep the first, and the others are counted', async () => {
    const many = Array.from({ length: 200_000 }, (_, n) => `⊢ ${n}`);
    const questions = lean({ '0:3': many, '0:4': [] });
    const ofSorry = await findOpenGoals(questions, new PlacedCode('by sorry', 0), [], never);
    expect(ofSorry.goals.map(({ goal }) => goal.target)).toEqual(Array.from({ length: 24 }, (_, n) => String(n)));
    expect(ofSorry.more).toBe(200_000 - 24);

    const errors = [1, 2, 3].map((line) => diagnostic('error', line, `unsolved goals\n${many.join('\n\n')}`));
    const ofErrors = await findOpenGoals(questions, new PlacedCode('by rfl', 0), errors, never);
    expect(ofErrors.goals.map(({ start }) => start.line)).toEqual(Array.from({ length: 24 }, () => 1));
    expect(ofErrors.more).toBeGreaterThan(1000);
  });
});
