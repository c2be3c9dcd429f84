/*
 * What Lean has at a `sorry`. In the place of a term it is the expected type. In the place of a tactic it is what the
 * tactic makes go away: the goals before it without those after it, because others may be open beside the one that it
 * is for. Which of the two it is, only Lean knows: a term has an answer that is about the word itself, and the state
 * before a tactic differs from the one within it.
 */
import type { GoalList } from './diagnostic.ts';
import { goalsBeyond, isEmpty } from './goal-texts.ts';
import type { Questions } from './questions.ts';
import type { SorryPlace } from './source/sorry.ts';

/** The questions that are asked here. */
export type GoalQuestions = Pick<Questions, 'goals' | 'termGoal'>;

/** The state of a proof at a `sorry`; goals as Lean prints them. */
export interface SorryState {
  /** Whether a tactic stands there (`sorry`, `exact sorry`) or a term. */
  readonly mode: 'tactic' | 'term';
  /** What the `sorry` stands for. */
  readonly goals: GoalList<string>;
  /** Goals beside it that what follows has to deal with. */
  readonly remaining: readonly string[];
}

/**
 * Asks about a `sorry`.
 *
 * @param from where in the text the code begins in which the place is
 * @returns `undefined` when Lean has nothing there, for instance because an error stopped it before
 */
export async function askSorryState(
  questions: GoalQuestions,
  { start, end, exactStart }: SorryPlace,
  from = 0,
): Promise<SorryState | undefined> {
  const goalsAt = (offset: number): Promise<readonly string[] | undefined> =>
    questions.goals(from + offset).catch(() => undefined);
  if (exactStart !== undefined) {
    // Within a tactic Lean shows the state after it.
    const [before, after] = await Promise.all([goalsAt(exactStart), goalsAt(start)]);
    return tacticState(before, after ?? []);
  }
  const [term, before, within] = await Promise.all([
    questions.termGoal(from + start).catch(() => undefined),
    goalsAt(start),
    goalsAt(start + 1),
  ]);
  if (term?.piece.start === from + start && term.piece.end === from + end) {
    return { mode: 'term', goals: { goals: [term.goal], more: 0 }, remaining: [] };
  }
  return within === undefined ? undefined : tacticState(before, within);
}

function tacticState(before: readonly string[] | undefined, after: readonly string[]): SorryState | undefined {
  const goals = goalsBeyond({ goals: before ?? [], more: 0 }, after);
  return isEmpty(goals) ? undefined : { mode: 'tactic', goals, remaining: after };
}
