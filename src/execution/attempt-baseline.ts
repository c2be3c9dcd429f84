import type { Deadline } from '../core/deadline.ts';
import type { Diagnostic, GoalList, Position } from '../lean/diagnostic.ts';
import type { Baseline } from '../lean/judge-attempt.ts';
import { isCut, type Cut } from '../lean/lean.ts';
import { moveDiagnostic, throughSplice } from '../lean/moved-diagnostics.ts';
import type { PlacedCode } from '../lean/placed-code.ts';
import { askSorryState, type SorryState } from '../lean/sorry-state.ts';
import { placeAttempt } from '../lean/source/attempt.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import type { SorryPlace } from '../lean/source/sorry.ts';
import { Splice } from '../lean/source/splice.ts';
import { TrialMessages } from '../lean/trial-messages.ts';
import { columnOf, type TextTarget } from './attempt-target.ts';
import type { AttemptPlace } from './proof-service.ts';
import type { Workplace } from './workplace.ts';

/** Where attempts go: offsets in the whole text of what they replace, and what stands apart from them. */
interface Shape {
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
  readonly suffix: string;
  readonly column: number;
}

/** A place where attempts go, and what they are compared with. */
export interface FoundBaseline extends Shape {
  readonly kind: 'found';
  readonly place: AttemptPlace;
  /** What an attempt is to prove, as Lean prints it. */
  readonly goals: GoalList<string>;
  readonly compared: Baseline;
}

/** With Lean's messages about the text, which have positions in it. */
type BaselineSearch = { readonly diagnostics: readonly Diagnostic[] } & (
  | FoundBaseline
  /** Lean did not come to the end of the text. */
  | { readonly kind: 'cut'; readonly cut: Cut }
  /** Lean has no goal at the place. */
  | { readonly kind: 'nothing' }
);

/**
 * Has Lean look at the text without any attempt, and asks what is to be proved at the place.
 *
 * @param target the place in the code
 */
export async function findBaseline(
  workplace: Workplace,
  target: TextTarget,
  deadline: Deadline,
): Promise<BaselineSearch> {
  const { placed } = workplace.extension;
  const { text, code } = placed;
  const shape = shapeOf(placed, target);
  const { start, end, prefix, suffix, column } = shape;
  // Where nothing is replaced, a tactic that does nothing shows the state.
  const neutral = 'sorry' in target ? undefined : await placeAttempt('skip', 'tactic', column);
  const own = neutral === undefined ? text.slice(start, end) : prefix + neutral.text + suffix;
  const splice = new Splice(text, start, end, own);
  const elaboration = await workplace.elaborate({ text: splice.text, newFrom: placed.start }, deadline);
  const inText = neutral === undefined ? (position: Position) => position : throughSplice(splice, text);
  const diagnostics = elaboration.diagnostics.map((diagnostic) => moveDiagnostic(diagnostic, inText));
  if (isCut(elaboration)) return { kind: 'cut', cut: elaboration, diagnostics };
  if (elaboration.end === 'header-failed') return { kind: 'nothing', diagnostics };
  const asked = await workplace.ask(
    (questions) =>
      'sorry' in target
        ? askSorryState(questions, inWholeText(placed, target.sorry))
        : questions.goals(start + prefix.length).then(stateToInsert, () => undefined),
    deadline,
  );
  if ('cut' in asked) return { kind: 'cut', cut: asked.cut, diagnostics };
  const state = asked.value;
  if (state === undefined) return { kind: 'nothing', diagnostics };

  const lines = new LineIndex(code);
  const [from, to] =
    'sorry' in target ? [target.sorry.exactStart ?? target.sorry.start, target.sorry.end] : [target.at];
  // An empty line may be shorter than the attempt's indentation.
  const begin = { ...lines.leanPosition(from), ...('at' in target && { column }) };
  return {
    kind: 'found',
    ...shape,
    place: {
      span: { start: begin, end: to === undefined ? begin : lines.leanPosition(to) },
      kind: state.mode,
      ...('sorry' in target && { sorry: target.sorry.number }),
    },
    goals: state.goals,
    compared: {
      splice,
      messages: new TrialMessages({ splice, diagnostics: elaboration.diagnostics }),
      remaining: state.remaining,
    },
    diagnostics,
  };
}

/** What a tactic works on is the first goal; the others are left to what follows. */
function stateToInsert(goals: readonly string[] | undefined): SorryState | undefined {
  if (goals === undefined || goals.length === 0) return undefined;
  return { mode: 'tactic', goals: { goals: goals.slice(0, 1), more: 0 }, remaining: goals.slice(1) };
}

function shapeOf(placed: PlacedCode, target: TextTarget): Shape {
  if (!('sorry' in target)) {
    const start = placed.inText(target.at);
    return { ...target, start, end: start };
  }
  const { start, end, exactStart = start } = inWholeText(placed, target.sorry);
  return { start: exactStart, end, prefix: '', suffix: '', column: columnOf(placed.code, target) };
}

function inWholeText(placed: PlacedCode, { exactStart, ...sorry }: SorryPlace): SorryPlace {
  return {
    ...sorry,
    start: placed.inText(sorry.start),
    end: placed.inText(sorry.end),
    ...(exactStart !== undefined && { exactStart: placed.inText(exactStart) }),
  };
}
