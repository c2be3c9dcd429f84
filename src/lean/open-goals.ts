import type { Deadline, StopReason } from '../core/deadline.ts';
import type { Diagnostic, OpenGoal, OpenGoals } from './diagnostic.ts';
import { goalsInMessage, parseGoal } from './parse-goal.ts';
import type { PlacedCode } from './placed-code.ts';
import { askSorryState, type GoalQuestions } from './sorry-state.ts';
import { findSorries, type SorryPlace } from './source/sorry.ts';

/** About so many `sorry` Lean is asked at most; each takes it a millisecond or more. */
const mostAsked = 32;

/**
 * Finds what a text leaves open, once Lean has reported everything about it: asks at each `sorry`, and reads the goals in
 * unsolved-goals errors. Costs nothing where there is neither.
 *
 * @param diagnostics Lean's messages, with positions in the code
 * @returns the goals, and why the asking was stopped when it was
 */
export async function findOpenGoals(
  questions: GoalQuestions,
  placed: PlacedCode,
  diagnostics: readonly Diagnostic[],
  deadline: Deadline,
): Promise<OpenGoals & { readonly stopped?: StopReason }> {
  const unsolved = unsolvedGoals(diagnostics);
  const sorries = findSorries(placed.code);
  if (sorries.length === 0) return { goals: unsolved, unasked: 0 };
  const found: OpenGoal[] = [];
  let answered = 0;
  const asking = sorries.slice(0, mostAsked).map(async (sorry) => {
    found.push(...(await goalsOfSorry(questions, placed, sorry)));
    answered += 1;
  });
  const stopped = await Promise.race([Promise.all(asking).then(() => undefined), deadline.stopped]);
  const goals = [...found, ...unsolved].sort(
    (a, b) => a.start.line - b.start.line || a.start.column - b.start.column || (a.sorry ?? 0) - (b.sorry ?? 0),
  );
  return { goals, unasked: sorries.length - answered, ...(stopped !== undefined && { stopped }) };
}

/** The goals in unsolved-goals errors. */
export function unsolvedGoals(diagnostics: readonly Diagnostic[]): readonly OpenGoal[] {
  return diagnostics.flatMap(({ severity, start, message }) =>
    severity === 'error'
      ? goalsInMessage(message).map((goal): OpenGoal => ({ origin: 'unsolved-goals', start, goal }))
      : [],
  );
}

async function goalsOfSorry(
  questions: GoalQuestions,
  { lines, toLsp }: PlacedCode,
  sorry: SorryPlace,
): Promise<OpenGoal[]> {
  const state = await askSorryState(questions, sorry, toLsp);
  const start = lines.leanPosition(sorry.start);
  return (state?.goals ?? []).map((goal) => ({ origin: 'sorry', sorry: sorry.number, start, goal: parseGoal(goal) }));
}
