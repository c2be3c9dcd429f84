/*
 * Tells what an attempt at a proof did, from what Lean says about the text with the attempt in it and without. Lean's
 * messages decide whether it holds; the goals behind it decide whether it is done. Where the two do not agree, or cannot
 * be compared, an attempt is not called good.
 */
import { isError, type Diagnostic, noGoals, type GoalList } from './diagnostic.ts';
import { goalsBeyond, isEmpty, joinGoals } from './goal-texts.ts';
import { parseGoals } from './parse-goal.ts';
import { sorryUse } from './sorry-use.ts';
import { declarationAround } from './source/declaration-around.ts';
import {
  isErrorMessage,
  split,
  TrialMessages,
  withoutKnown,
  type PlacedMessage,
  type Trial,
} from './trial-messages.ts';
import { saysUnsolved, UnsolvedGoals } from './unsolved-goals.ts';

/** What an attempt is compared with. */
export interface Baseline {
  readonly splice: Trial['splice'];
  readonly messages: TrialMessages;
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
export interface JudgedAttempt {
  readonly verdict: 'closed' | 'goals-left' | 'failed' | 'breaks-other' | 'uses-sorry';
  readonly goals: GoalList;
  /** Messages about the attempt, with positions in the text with it. */
  readonly own: readonly Diagnostic[];
  /** New errors about other places, with positions in that text too. */
  readonly elsewhere: readonly Diagnostic[];
  readonly declarationUsesSorry: boolean;
  readonly detail?: string;
}

/** Judges an attempt that did not end early. */
export async function judgeAttempt(baseline: Baseline, attempt: AttemptTrial): Promise<JudgedAttempt> {
  const known = baseline.messages;
  const now = new TrialMessages(attempt);
  const goalsLeft = goalsBeyond({ goals: attempt.after ?? [], more: 0 }, baseline.remaining);
  const ownErrors = now.own.filter(isErrorMessage);
  const newErrors = withoutKnown(now.elsewhere.filter(isErrorMessage), known.elsewhere.filter(isErrorMessage));
  const unsolved = readUnsolved([...ownErrors, ...newErrors]);
  // That its goals are left is not news to the one who left them.
  const left = new Set(goalsLeft.goals);
  const [consequences, elsewhere] = split(newErrors, (error) => {
    const { goals } = unsolved.get(error) ?? noGoals;
    return (
      saysUnsolved(error.diagnostic.message) && (now.isAround(error.diagnostic) || goals.some((goal) => left.has(goal)))
    );
  });
  const goalsIn = (errors: readonly PlacedMessage[]): GoalList<string> =>
    joinGoals(errors.map((error) => unsolved.get(error) ?? noGoals));
  const sorry = await sorryUse(attempt.saysSorry, attempt.splice, known, now);
  const facts = {
    own: now.own.map(({ diagnostic }) => diagnostic),
    elsewhere: elsewhere.map(({ diagnostic }) => diagnostic),
    declarationUsesSorry: false,
  };

  if (ownErrors.some(({ diagnostic }) => !saysUnsolved(diagnostic.message))) {
    return { ...facts, verdict: 'failed', goals: noGoals };
  }
  // What is left over inside of it is told as goals, and not as messages too.
  const goals = joinGoals([goalsBeyond(goalsIn(ownErrors), goalsLeft.goals), goalsLeft]);
  const work = { ...facts, own: facts.own.filter((diagnostic) => !isError(diagnostic)), goals: parseGoals(goals) };
  if (sorry.itself) return { ...work, verdict: 'uses-sorry' };
  if (!isEmpty(goals)) return { ...work, verdict: 'goals-left' };
  const knownGoals = joinGoals([...readUnsolved(known.elsewhere.filter(isErrorMessage)).values()]);
  const unexpected = goalsBeyond(goalsIn(consequences), [...baseline.remaining, ...knownGoals.goals]);
  if (!isEmpty(unexpected)) return { ...facts, verdict: 'goals-left', goals: parseGoals(unexpected) };
  if (attempt.before === undefined) {
    const detail = 'Lean kept no trace of the attempt: what stands around it did without it';
    return { ...facts, verdict: 'failed', goals: noGoals, detail };
  }
  if (elsewhere.length > 0) return { ...facts, verdict: 'breaks-other', goals: noGoals };
  if (sorry.elsewhere) return { ...facts, verdict: 'uses-sorry', goals: noGoals, detail: otherSorry };
  const declaration = declarationAround(attempt.splice.text, attempt.splice.start, attempt.splice.end);
  const [from, to] = [declaration.start, declaration.end].map((offset) => attempt.splice.toBase(offset));
  const isClean = !now.elsewhere.some(
    (message) => isErrorMessage(message) && message.base >= (from ?? 0) && message.base < (to ?? 0),
  );
  return {
    ...facts,
    verdict: 'closed',
    goals: noGoals,
    declarationUsesSorry: sorry.inDeclaration,
    ...(!isClean && { detail: otherErrors }),
  };
}

const otherErrors = 'the declaration has errors elsewhere, so Lean has not checked all of it';

const otherSorry = 'with it, Lean comes to a sorry elsewhere in the text that it did not come to before';

/** The goals in those that are unsolved-goals errors. */
function readUnsolved(errors: readonly PlacedMessage[]): ReadonlyMap<PlacedMessage, GoalList<string>> {
  const reader = new UnsolvedGoals();
  return new Map(errors.map((error) => [error, reader.read(error.diagnostic.message)]));
}
