import type { Diagnostic, GoalList, Position } from '../lean/diagnostic.ts';
import type { Baseline } from '../lean/judge-attempt.ts';
import { isCut, type Cut } from '../lean/lean.ts';
import { moveDiagnostic, throughSplice } from '../lean/moved-diagnostics.ts';
import { askSorryState, type SorryState } from '../lean/sorry-state.ts';
import { placeAttempt } from '../lean/source/attempt.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import { Splice } from '../lean/source/splice.ts';
import { TrialMessages } from '../lean/trial-messages.ts';
import { columnOf, type TextTarget } from './attempt-target.ts';
import type { CallLimits } from './call-limits.ts';
import type { AttemptPlace } from './proof-service.ts';
import type { ElaboratedText, TextSandbox } from './text-sandbox.ts';

/** A place where attempts go, and what they are compared with. */
export interface FoundBaseline {
  readonly kind: 'found';
  readonly place: AttemptPlace;
  /** Offsets in the text of what an attempt replaces. */
  readonly start: number;
  readonly end: number;
  readonly prefix: string;
  readonly suffix: string;
  readonly column: number;
  /** What an attempt is to prove, as Lean prints it. */
  readonly goals: GoalList<string>;
  readonly compared: Baseline;
  readonly elaborated: { readonly diagnostics: readonly Diagnostic[] };
}

type NotFound =
  /** Lean did not come to the end of the text. */
  | { readonly kind: 'cut'; readonly elaborated: ElaboratedText; readonly cut: Cut }
  /** Lean has no goal at the place. */
  | { readonly kind: 'nothing'; readonly elaborated: ElaboratedText };

type Shape = Pick<FoundBaseline, 'start' | 'end' | 'prefix' | 'suffix' | 'column'>;

/** Has Lean look at the text without any attempt, and asks what is to be proved at the place. */
export async function findBaseline(
  sandbox: TextSandbox,
  text: string,
  target: TextTarget,
  { deadline }: CallLimits,
): Promise<FoundBaseline | NotFound> {
  const shape = shapeOf(text, target);
  const { start, end, prefix, suffix, column } = shape;
  // Where nothing is replaced, a tactic that does nothing shows the state.
  const neutral = 'sorry' in target ? undefined : await placeAttempt('skip', 'tactic', column);
  const own = neutral === undefined ? text.slice(start, end) : prefix + neutral.text + suffix;
  const splice = new Splice(text, start, end, own);
  const elaborated = await sandbox.elaborate(splice.text, deadline);
  const { server, questions, placed, diagnostics } = elaborated;
  if (isCut(elaborated)) return { kind: 'cut', elaborated, cut: elaborated };
  if (elaborated.end === 'header-failed') return { kind: 'nothing', elaborated };
  const asking =
    'sorry' in target
      ? askSorryState(questions, target.sorry, placed.start)
      : questions.goals(placed.inText(start + prefix.length)).then(stateToInsert, () => undefined);
  const state = await Promise.race([asking, deadline.stopped]);
  if (typeof state === 'string' || server.hasEnded) sandbox.giveUp();
  if (typeof state === 'string') return { kind: 'cut', elaborated, cut: { end: state } };
  if (server.hasEnded) {
    const detail = 'Lean’s process ended when it was asked for the goals';
    return { kind: 'cut', elaborated, cut: { end: 'crashed', detail } };
  }
  if (state === undefined) return { kind: 'nothing', elaborated };

  const lines = new LineIndex(text);
  const inText = neutral === undefined ? (position: Position) => position : throughSplice(splice, text);
  // An empty line may be shorter than the attempt's indentation.
  const begin = { ...lines.leanPosition(start), column };
  return {
    kind: 'found',
    ...shape,
    place: {
      span: {
        start: 'sorry' in target ? lines.leanPosition(start) : begin,
        end: 'sorry' in target ? lines.leanPosition(end) : begin,
      },
      kind: state.mode,
      ...('sorry' in target && { sorry: target.sorry.number }),
    },
    goals: state.goals,
    compared: { splice, messages: new TrialMessages({ splice, diagnostics }), remaining: state.remaining },
    elaborated: { diagnostics: diagnostics.map((diagnostic) => moveDiagnostic(diagnostic, inText)) },
  };
}

/** What a tactic works on is the first goal; the others are left to what follows. */
function stateToInsert(goals: readonly string[] | undefined): SorryState | undefined {
  if (goals === undefined || goals.length === 0) return undefined;
  return { mode: 'tactic', goals: { goals: goals.slice(0, 1), more: 0 }, remaining: goals.slice(1) };
}

function shapeOf(text: string, target: TextTarget): Shape {
  if (!('sorry' in target)) return { ...target, start: target.at, end: target.at };
  const { start, end, exactStart = start } = target.sorry;
  return { start: exactStart, end, prefix: '', suffix: '', column: columnOf(text, target) };
}
