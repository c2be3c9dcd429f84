import type { Deadline, StopReason } from '../core/deadline.ts';
import { byPlace, isError, maxGoals, noGoals, type Diagnostic, type OpenGoal, type OpenGoals } from './diagnostic.ts';
import { parseGoals } from './parse-goal.ts';
import { askSorryState, type GoalQuestions } from './sorry-state.ts';
import { LineIndex } from './source/line-index.ts';
import { findSorries } from './source/sorry.ts';
import { UnsolvedGoals } from './unsolved-goals.ts';

/** About so many `sorry` Lean is asked at most; each takes it a millisecond or more. */
const maxAsked = 32;

/**
 * Finds what a text leaves open, once Lean has reported everything about it: asks at each `sorry`, and reads the goals in
 * unsolved-goals errors. Costs nothing where there is neither.
 *
 * @param from where in the text to begin, at the start of a line
 * @returns the goals, and why the asking was stopped when it was
 */
export async function findOpenGoals(
  questions: GoalQuestions,
  text: string,
  from: number,
  diagnostics: readonly Diagnostic[],
  deadline: Deadline,
): Promise<OpenGoals & { readonly stopped?: StopReason }> {
  const lines = new LineIndex(text);
  const first = lines.leanPosition(from).line;
  const unsolved = unsolvedGoals(diagnostics.filter(({ start }) => start.line >= first));
  const sorries = await findSorries(text.slice(from));
  if (sorries.length === 0) return unsolved;
  const found: OpenGoals[] = [];
  const asking = sorries.slice(0, maxAsked).map(async (sorry) => {
    const state = await askSorryState(questions, sorry, from);
    const start = lines.leanPosition(from + sorry.start);
    const { goals, more } = parseGoals(state?.goals ?? noGoals);
    found.push({ goals: goals.map((goal) => ({ origin: 'sorry', sorry: sorry.number, start, goal })), more });
  });
  const asked = await deadline.race(Promise.all(asking));
  const { goals, more } = firstOf([...found, unsolved]);
  return { goals, more: more + sorries.length - found.length, ...('stopped' in asked && { stopped: asked.stopped }) };
}

/** The goals in unsolved-goals errors. */
export function unsolvedGoals(diagnostics: readonly Diagnostic[]): OpenGoals {
  const reader = new UnsolvedGoals();
  const goals: OpenGoal[] = [];
  let more = 0;
  for (const { start, message } of diagnostics.filter(isError)) {
    const read = reader.read(message);
    const kept = read.goals.slice(0, maxGoals - goals.length);
    more += read.goals.length - kept.length + read.more;
    const parsed = parseGoals({ goals: kept, more: 0 }).goals;
    goals.push(...parsed.map((goal): OpenGoal => ({ origin: 'unsolved-goals', start, goal })));
  }
  return { goals, more };
}

/** The first goals of several lists, in the order of the text. */
function firstOf(lists: readonly OpenGoals[]): OpenGoals {
  const all = lists.flatMap(({ goals }) => goals);
  all.sort((a, b) => byPlace(a, b) || (a.sorry ?? 0) - (b.sorry ?? 0));
  const goals = all.slice(0, maxGoals);
  return { goals, more: lists.reduce((sum, { more }) => sum + more, all.length - goals.length) };
}
