import type { JSX } from 'preact';
import { makeVisible } from '../../src/core/visible-text.ts';
import type { ShownGoal } from '../../src/report/goals.ts';
import { LeanText } from './lean-text.tsx';

interface GoalsProps {
  readonly goals: readonly ShownGoal[];
  /** Those from which these came: what is new is shown as such. */
  readonly before?: readonly ShownGoal[] | undefined;
}

/** Goals, one below the other, hypotheses and what is to be proved apart. */
export function Goals({ goals, before }: GoalsProps): JSX.Element {
  if (goals.length === 0) return <p class="no-goals">No goals: all is proved.</p>;
  const known = before && new Set(before.flatMap(({ hypotheses = [] }) => hypotheses.map(keyOf)));
  const targets = before && new Set(before.map(({ target }) => target));
  return (
    <ul class="goals">
      {goals.map((goal) => (
        <li>
          <GoalParts goal={goal} known={known} isNew={targets !== undefined && !targets.has(goal.target)} />
        </li>
      ))}
    </ul>
  );
}

interface GoalProps {
  readonly goal: ShownGoal;
  readonly known?: ReadonlySet<string> | undefined;
  readonly isNew: boolean;
}

function GoalParts({ goal, known, isNew }: GoalProps): JSX.Element {
  const { case: name, rendered, target, hypotheses = [] } = goal;
  // A goal that was too long for its result comes only as Lean prints it, shortened.
  if (hypotheses.length === 0 && !/^(?:case .*\n)?⊢/.test(rendered)) {
    return <pre class="goal">{makeVisible(rendered)}</pre>;
  }
  return (
    <div class="goal">
      {name !== undefined && <div class="case">case {makeVisible(name)}</div>}
      {hypotheses.map((hypothesis) => (
        <div class={known === undefined || known.has(keyOf(hypothesis)) ? 'hypothesis' : 'hypothesis new'}>
          {hypothesis.names && <span class="names">{hypothesis.names.map(makeVisible).join(' ')}</span>}
          <span class="colon"> : </span>
          <LeanText text={hypothesis.type} />
          {hypothesis.value !== undefined && <span class="colon"> := </span>}
          {hypothesis.value !== undefined && <LeanText text={hypothesis.value} />}
        </div>
      ))}
      <div class={isNew ? 'target new' : 'target'}>
        <span class="turnstile">⊢ </span>
        <LeanText text={target} />
      </div>
    </div>
  );
}

type Hypothesis = NonNullable<ShownGoal['hypotheses']>[number];

function keyOf({ names = [], type, value = '' }: Hypothesis): string {
  return [...names, type, value].join('\n');
}
