/*
 * Tells what an attempt at a proof did, from what Lean says about the text with the attempt in it and without. Lean's
 * messages decide whether it holds; the goals behind it decide whether it is done. Where the two do not agree, or cannot
 * be compared, an attempt is not called good.
 */
import type { Diagnostic, Goal } from './diagnostic.ts';
import { goalsInMessage, parseGoal } from './parse-goal.ts';
import { sorryUse } from './sorry-use.ts';
import { goalsBeyond } from './sorry-state.ts';
import { declarationAround } from './source/declaration-around.ts';
import { isError, split, TrialMessages, withoutKnown, type PlacedMessage, type Trial } from './trial-messages.ts';

/** What an attempt is compared with. */
export interface Baseline extends Trial {
  /** Goals beside the attempt's own that what follows has to deal with. */
  readonly remaining: readonly string[];
}

/** An attempt in its place. */
export interface AttemptTrial extends Trial {
  /** Whether its text says `sorry` or the like. */
  readonly saysSorry: boolean;
  /** The states where it begins and ends; `undefined` where Lean has none. */
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[] | undefined;
}

/** What an attempt that Lean has looked at to the end did. */
export interface Judgement {
  readonly verdict: 'closed' | 'goals-left' | 'failed' | 'breaks-other' | 'uses-sorry';
  readonly goals: readonly Goal[];
  /** Messages about the attempt, with positions in the text with it. */
  readonly own: readonly Diagnostic[];
  /** New errors about other places, with positions in that text too. */
  readonly elsewhere: readonly Diagnostic[];
  readonly declarationUsesSorry: boolean;
  readonly detail?: string;
}

/** Judges an attempt that did not end early. */
export function judgeAttempt(baseline: Baseline, attempt: AttemptTrial): Judgement {
  const known = new TrialMessages(baseline);
  const now = new TrialMessages(attempt);
  const goalsLeft = goalsBeyond(attempt.after ?? [], baseline.remaining);
  const newErrors = withoutKnown(now.elsewhere.filter(isError), known.elsewhere.filter(isError));
  // That its goals are left is not news to the one who left them.
  const [consequences, elsewhere] = split(newErrors, (error) => isConsequence(error, now, goalsLeft));
  const errors = now.own.filter(isError);
  const sorry = sorryUse(attempt.saysSorry, attempt.splice, known, now);
  const facts = {
    own: now.own.map(({ diagnostic }) => diagnostic),
    elsewhere: elsewhere.map(({ diagnostic }) => diagnostic),
    declarationUsesSorry: false,
  };

  if (errors.some(({ diagnostic }) => goalsInMessage(diagnostic.message).length === 0)) {
    return { ...facts, verdict: 'failed', goals: [] };
  }
  // What is left over inside of it is told as goals, and not as messages too.
  const goals = [...goalsBeyond(renderedGoals(now.own), goalsLeft), ...goalsLeft].map(parseGoal);
  const work = { ...facts, own: facts.own.filter(({ severity }) => severity !== 'error'), goals };
  if (sorry.itself) return { ...work, verdict: 'uses-sorry' };
  if (goals.length > 0) return { ...work, verdict: 'goals-left' };
  const others = [...baseline.remaining, ...renderedGoals(known.elsewhere)];
  const unexpected = goalsBeyond(renderedGoals(consequences), others);
  if (unexpected.length > 0) return { ...facts, verdict: 'goals-left', goals: unexpected.map(parseGoal) };
  if (attempt.before === undefined) {
    const detail = 'Lean kept no trace of the attempt: what stands around it did without it';
    return { ...facts, verdict: 'failed', goals: [], detail };
  }
  if (elsewhere.length > 0) return { ...facts, verdict: 'breaks-other', goals: [] };
  if (sorry.elsewhere) return { ...facts, verdict: 'uses-sorry', goals: [], detail: otherSorry };
  const declaration = declarationAround(attempt.splice.text, attempt.splice.start, attempt.splice.end);
  const [from, to] = [declaration.start, declaration.end].map((offset) => attempt.splice.toBase(offset));
  const isClean = !now.elsewhere.some((error) => isError(error) && error.base >= (from ?? 0) && error.base < (to ?? 0));
  return {
    ...facts,
    verdict: 'closed',
    goals: [],
    declarationUsesSorry: sorry.inDeclaration,
    ...(!isClean && { detail: otherErrors }),
  };
}

const otherErrors = 'the declaration has errors elsewhere, so Lean has not checked all of it';

const otherSorry = 'with it, Lean comes to a sorry elsewhere in the text that it did not come to before';

function isConsequence({ diagnostic }: PlacedMessage, messages: TrialMessages, left: readonly string[]): boolean {
  const goals = goalsInMessage(diagnostic.message);
  return goals.length > 0 && (messages.isAround(diagnostic) || goals.some(({ rendered }) => left.includes(rendered)));
}

/** The goals in unsolved-goals errors. */
function renderedGoals(messages: readonly PlacedMessage[]): string[] {
  return messages
    .filter(isError)
    .flatMap(({ diagnostic }) => goalsInMessage(diagnostic.message))
    .map(({ rendered }) => rendered);
}
