/*
 * What Lean has at a `sorry`. In the place of a term it is the expected type. In the place of a tactic it is what the
 * tactic makes go away: the goals before it without those after it, because others may be open beside the one that it
 * is for. Which of the two it is, only Lean knows: a term has an answer that is about the word itself, and the state
 * before a tactic differs from the one within it.
 */
import type { GoalList } from './diagnostic.ts';
import { goalsBeyond, isEmpty } from './goal-texts.ts';
import type { DocumentQuestions } from './language-server/document-questions.ts';
import type { LspPosition } from './language-server/lean-protocol.ts';
import type { SorryPlace } from './source/sorry.ts';

/** The questions that are asked here. */
export type GoalQuestions = Pick<DocumentQuestions, 'goals' | 'termGoal'>;

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
 * @param toLsp where an offset of the place is in the server's document
 * @returns `undefined` when Lean has nothing there, for instance because an error stopped it before
 */
export async function askSorryState(
  questions: GoalQuestions,
  { start, end, exactStart }: SorryPlace,
  toLsp: (offset: number) => LspPosition,
): Promise<SorryState | undefined> {
  const goalsAt = (offset: number): Promise<readonly string[] | undefined> =>
    questions.goals(toLsp(offset)).catch(() => undefined);
  if (exactStart !== undefined) {
    // Within a tactic Lean shows the state after it.
    const [before, after] = await Promise.all([goalsAt(exactStart), goalsAt(start)]);
    return tacticState(before, after ?? []);
  }
  const [term, before, within] = await Promise.all([
    questions.termGoal(toLsp(start)).catch(() => undefined),
    goalsAt(start),
    goalsAt(start + 1),
  ]);
  if (term !== undefined && isSame(term.range.start, toLsp(start)) && isSame(term.range.end, toLsp(end))) {
    return { mode: 'term', goals: { goals: [term.goal], more: 0 }, remaining: [] };
  }
  return within === undefined ? undefined : tacticState(before, within);
}

function tacticState(before: readonly string[] | undefined, after: readonly string[]): SorryState | undefined {
  const goals = goalsBeyond({ goals: before ?? [], more: 0 }, after);
  return isEmpty(goals) ? undefined : { mode: 'tactic', goals, remaining: after };
}

function isSame(a: LspPosition, b: LspPosition): boolean {
  return a.line === b.line && a.character === b.character;
}
