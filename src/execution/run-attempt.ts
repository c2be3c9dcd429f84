import { Deadline } from '../core/deadline.ts';
import { noGoals, type Position } from '../lean/diagnostic.ts';
import { judgeAttempt } from '../lean/judge-attempt.ts';
import { detailOf, isCut, type Cut } from '../lean/lean.ts';
import { moveDiagnostic, throughSplice } from '../lean/moved-diagnostics.ts';
import { placeAttempt, type PlacedAttempt } from '../lean/source/attempt.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import { saysSorry } from '../lean/source/sorry.ts';
import { Splice } from '../lean/source/splice.ts';
import type { FoundBaseline } from './attempt-baseline.ts';
import type { Call } from './call.ts';
import type { AttemptResult } from './proof-service.ts';
import { restsOnSorry } from './rests-on-sorry.ts';
import type { Workplace } from './workplace.ts';

type Result = Omit<AttemptResult, 'tactic' | 'elapsedMs'>;

/**
 * Tries one attempt.
 *
 * @param limitMs how long it may take, in milliseconds
 * @returns `lost` when the engine lost the sandbox, which says nothing about it
 */
export async function runAttempt(
  call: Call,
  workplace: Workplace,
  baseline: FoundBaseline,
  tactic: string,
  limitMs: number,
): Promise<AttemptResult | 'lost'> {
  const startedAt = performance.now();
  using deadline = new Deadline(limitMs, call.signal);
  const attempt = await placeAttempt(tactic, baseline.place.kind, baseline.column);
  const { text } = workplace.extension.placed;
  const { start, end, prefix, suffix } = baseline;
  const splice = new Splice(text, start, end, prefix + attempt.text + suffix);
  const result = await judged(workplace, baseline, tactic, attempt, splice, deadline);
  if ('end' in result && result.end === 'lost') return 'lost';
  const elapsedMs = Math.round(performance.now() - startedAt);
  return { tactic, ...('end' in result ? ofCut(result, limitMs) : result), elapsedMs };
}

/** The result of an attempt for which no time was left. */
export function untried(tactic: string): AttemptResult {
  return { tactic, ...without('not-tried', 'the time for all attempts was over'), elapsedMs: 0 };
}

async function judged(
  workplace: Workplace,
  baseline: FoundBaseline,
  tactic: string,
  attempt: PlacedAttempt,
  splice: Splice,
  deadline: Deadline,
): Promise<Result | Cut> {
  const { start: newFrom, text } = workplace.extension.placed;
  const elaboration = await workplace.elaborate({ text: splice.text, newFrom }, deadline);
  if (isCut(elaboration)) return elaboration;
  if (elaboration.end === 'header-failed')
    return { end: 'crashed', detail: 'Lean could not process the imports again' };
  const begin = splice.start + baseline.prefix.length;
  const content = begin + attempt.contentStart;
  const asked = await workplace.ask((questions) => {
    const stateAt = (offset: number) => questions.goals(offset).catch(() => undefined);
    return Promise.all([stateAt(content), stateAt(begin + attempt.stateAfter)]);
  }, deadline);
  if ('cut' in asked) return asked.cut;
  const [before, after] = asked.value;
  const { diagnostics } = elaboration;
  const trial = { splice, diagnostics, saysSorry: await saysSorry(tactic), before, after };
  const { own, elsewhere, ...judgement } = await judgeAttempt(baseline.compared, trial);
  const { line: firstLine } = new LineIndex(splice.text).leanPosition(content);
  const inAttempt = ({ line, column }: Position): Position => ({
    line: Math.max(1, line - firstLine + 1),
    column: Math.max(0, column - attempt.indent),
  });
  const inText = throughSplice(splice, text);
  const result = {
    ...judgement,
    diagnostics: own.map((diagnostic) => moveDiagnostic(diagnostic, inAttempt)),
    elsewhere: workplace.shown(elsewhere.map((diagnostic) => moveDiagnostic(diagnostic, inText))),
  };
  if (result.verdict !== 'closed' || result.declarationUsesSorry) return result;
  const rests = await restsOnSorry(workplace, splice, deadline);
  if (rests !== undefined) return { ...result, declarationUsesSorry: rests };
  return { ...result, detail: result.detail ?? 'it is not known whether it rests on another sorry' };
}

function ofCut(cut: Exclude<Cut, { readonly end: 'lost' }>, limitMs: number): Result {
  switch (cut.end) {
    case 'timed-out':
    case 'cancelled':
      return without('timed-out', `after ${Math.round(limitMs / 100) / 10} s`);
    case 'garbled':
      return without('crashed', cut.detail);
    default:
      return without(cut.end, detailOf(cut));
  }
}

type CutVerdict = 'timed-out' | 'out-of-memory' | 'output-limit' | 'crashed' | 'not-tried';

function without(verdict: CutVerdict, detail?: string): Result {
  const nothing = { goals: noGoals, diagnostics: [], elsewhere: [], declarationUsesSorry: false };
  return { verdict, ...nothing, ...(detail !== undefined && { detail }) };
}
