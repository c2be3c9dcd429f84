import { describe, expect, test } from 'vitest';
import { Deadline } from '../core/deadline.ts';
import type { Diagnostic } from './diagnostic.ts';
import { findOpenGoals } from './open-goals.ts';
import type { GoalQuestions } from './sorry-state.ts';
import { LineIndex } from './source/line-index.ts';

/** Answers from tables by `line:character` of a text; a place that is not there is refused, as Lean does when it has stopped. */
function lean(
  text: string,
  goals: Readonly<Record<string, readonly string[]>>,
  terms: Readonly<Record<string, string>> = {},
): GoalQuestions & { readonly asked: string[] } {
  const asked: string[] = [];
  const lines = new LineIndex(text);
  const key = (offset: number): string => {
    const { line, character } = lines.lspPosition(offset);
    return `${line}:${character}`;
  };
  return {
    asked,
    goals: (offset) => {
      asked.push(key(offset));
      const known = goals[key(offset)];
      return known === undefined ? Promise.reject(new Error('nothing here')) : Promise.resolve(known);
    },
    termGoal: (offset) => {
      asked.push(key(offset));
      const goal = terms[key(offset)];
      const piece = { start: offset, end: offset + 'sorry'.length };
      return Promise.resolve(goal === undefined ? undefined : { goal, piece });
    },
  };
}

/** What is open in a text, of which Lean knows these goals. */
function openIn(text: string, ...known: Tail<Parameters<typeof lean>>): ReturnType<typeof findOpenGoals> {
  return findOpenGoals(lean(text, ...known), text, 0, [], never);
}

type Tail<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest] ? Rest : never;

const never = new Deadline();

function diagnostic(severity: Diagnostic['severity'], line: number, message: string): Diagnostic {
  const start = { line, column: 0 };
  return { severity, start, end: start, message };
}

describe('open goals', () => {
  test('of a text without sorry and without errors cost no question', async () => {
    const text = 'theorem t : 1 = 1 := rfl -- no sorry';
    const questions = lean(text, {});
    expect(await findOpenGoals(questions, text, 0, [diagnostic('information', 1, 'x')], never)).toEqual({
      goals: [],
      more: 0,
    });
    expect(questions.asked).toEqual([]);
  });

  test('of `exact sorry` are the goals before the tactic that are gone within it', async () => {
    const text = 'example := sorry\nby\n  exact sorry';
    const questions = lean(text, { '2:2': ['case left\n⊢ p', '⊢ q'], '2:8': ['⊢ q'] });
    const { goals } = await findOpenGoals(questions, text, text.indexOf('by'), [], never);
    expect(goals).toMatchObject([
      { origin: 'sorry', sorry: 1, start: { line: 3, column: 8 }, goal: { caseName: 'left', target: 'p' } },
    ]);
  });

  test('of a tactic that runs on several goals are all of them', async () => {
    const { goals } = await openIn('by sorry', { '0:3': ['⊢ p', '⊢ p'], '0:4': [] });
    expect(goals.map(({ sorry, goal }) => [sorry, goal.target])).toEqual([
      [1, 'p'],
      [1, 'p'],
    ]);
  });

  test('of a term are what is expected there, not the state of the tactic around it', async () => {
    const known = [{ '0:15': ['⊢ r'], '0:16': ['⊢ r'] }, { '0:15': 'n : Nat\n⊢ p' }] as const;
    const { goals } = await openIn('by exact f (🎉) sorry', ...known);
    expect(goals).toEqual([]);
    const found = await openIn('by exact f (x) sorry', ...known);
    expect(found.goals.map(({ start, goal }) => [start.column, goal.target])).toEqual([[15, 'p']]);
  });

  test('of a term that Lean did not reach are none, whatever the state around it is', async () => {
    const found = await openIn('have : p := f sorry', { '0:13': ['⊢ r'], '0:14': ['⊢ r'] });
    expect(found).toEqual({ goals: [], more: 0 });
  });

  test('of an unsolved-goals error come from its message, in the order of the text', async () => {
    const text = 'x\nby sorry';
    const questions = lean(text, { '1:3': ['⊢ p'], '1:4': [] });
    const diagnostics = [
      diagnostic('error', 1, 'unsolved goals\n⊢ a\n\n⊢ b'),
      diagnostic('warning', 2, "declaration uses 'sorry'"),
      diagnostic('error', 3, 'unsolved goals\n⊢ c'),
    ];
    const { goals } = await findOpenGoals(questions, text, 0, diagnostics, never);
    expect(goals.map(({ origin, start, goal }) => [origin, start.line, goal.target])).toEqual([
      ['unsolved-goals', 1, 'a'],
      ['unsolved-goals', 1, 'b'],
      ['sorry', 2, 'p'],
      ['unsolved-goals', 3, 'c'],
    ]);
  });

  test('are asked for at a limited number of places, and the others are counted', async () => {
    const text = 'sorry\n'.repeat(40);
    const questions = lean(text, {});
    const { more } = await findOpenGoals(questions, text, 0, [], never);
    expect(more).toBe(8);
    expect(new Set(questions.asked.map((place) => place.split(':')[0])).size).toBe(32);
  });

  test('that come too late are counted, and why is told', async () => {
    const text = 'by sorry\nby sorry';
    const known = lean(text, { '0:3': ['⊢ p'], '0:4': [] });
    const caller = new AbortController();
    using deadline = new Deadline(undefined, caller.signal);
    const questions: GoalQuestions = {
      ...known,
      goals: (offset) => (offset < text.indexOf('\n') ? known.goals(offset) : new Promise(() => undefined)),
    };
    setTimeout(() => {
      caller.abort();
    }, 10);
    expect(await findOpenGoals(questions, text, 0, [], deadline)).toMatchObject({
      goals: [{ sorry: 1 }],
      more: 1,
      stopped: 'cancelled',
    });
  });

  test('of which there are a million keep the first, and the others are counted', async () => {
    const many = Array.from({ length: 200_000 }, (_, n) => `⊢ ${n}`);
    const questions = lean('by sorry', { '0:3': many, '0:4': [] });
    const ofSorry = await findOpenGoals(questions, 'by sorry', 0, [], never);
    expect(ofSorry.goals.map(({ goal }) => goal.target)).toEqual(Array.from({ length: 24 }, (_, n) => String(n)));
    expect(ofSorry.more).toBe(200_000 - 24);

    const errors = [1, 2, 3].map((line) => diagnostic('error', line, `unsolved goals\n${many.join('\n\n')}`));
    const ofErrors = await findOpenGoals(questions, 'by rfl', 0, errors, never);
    expect(ofErrors.goals.map(({ start }) => start.line)).toEqual(Array.from({ length: 24 }, () => 1));
    expect(ofErrors.more).toBeGreaterThan(1000);
  });
});
