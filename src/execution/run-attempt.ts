import { Deadline } from '../core/deadline.ts';
import { noGoals, type Position } from '../lean/diagnostic.ts';
import { judgeAttempt, type Judgement } from '../lean/judge-attempt.ts';
import { detailOf, isCut, type Cut } from '../lean/lean.ts';
import { moveDiagnostic, throughSplice } from '../lean/moved-diagnostics.ts';
import { placeAttempt, type PlacedAttempt } from '../lean/source/attempt.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import { saysSorry } from '../lean/source/sorry.ts';
import { Splice } from '../lean/source/splice.ts';
import type { FoundBaseline } from './attempt-baseline.ts';
import type { CallContext } from './execution-service.ts';
import type { AttemptResult } from './proof-service.ts';
import { restsOnSorry } from './rests-on-sorry.ts';
import { shownDiagnostics, type TextSandbox } from './text-sandbox.ts';

/**
 * Tries one attempt.
 *
 * @param text what the attempt goes into
 * @param limitMs how long it may take, in milliseconds
 */
export async function runAttempt(
  sandbox: TextSandbox,
  text: string,
  baseline: FoundBaseline,
  tactic: string,
  limitMs: number,
  context: CallContext,
): Promise<AttemptResult> {
  const startedAt = performance.now();
  using deadline = new Deadline(limitMs, context.signal);
  const placed = await placeAttempt(tactic, baseline.place.kind, baseline.column);
  const attempt = new Attempt(sandbox, text, baseline, tactic, placed, limitMs);
  const result = await attempt.run(deadline);
  return { tactic, ...result, elapsedMs: Math.round(performance.now() - startedAt) };
}

/** The result of an attempt for which no time was left. */
export function untried(tactic: string): AttemptResult {
  return { tactic, ...cut('not-tried', 'the time for all attempts was over'), elapsedMs: 0 };
}

type Result = Omit<AttemptResult, 'tactic' | 'elapsedMs'>;

class Attempt {
  readonly #sandbox: TextSandbox;
  readonly #text: string;
  readonly #baseline: FoundBaseline;
  readonly #tactic: string;
  readonly #placed: PlacedAttempt;
  readonly #splice: Splice;
  readonly #contentStart: number;
  readonly #limitMs: number;

  constructor(
    sandbox: TextSandbox,
    text: string,
    baseline: FoundBaseline,
    tactic: string,
    placed: PlacedAttempt,
    limitMs: number,
  ) {
    const { start, end, prefix, suffix } = baseline;
    this.#sandbox = sandbox;
    this.#text = text;
    this.#baseline = baseline;
    this.#tactic = tactic;
    this.#limitMs = limitMs;
    this.#placed = placed;
    this.#splice = new Splice(text, start, end, prefix + this.#placed.text + suffix);
    this.#contentStart = start + prefix.length + this.#placed.contentStart;
  }

  async run(deadline: Deadline, isSecond = false): Promise<Result> {
    const elaborated = await this.#sandbox.elaborate(this.#splice.text, deadline);
    const { server, questions, placed, diagnostics } = elaborated;
    if (elaborated.end === 'lost' && !isSecond) return this.run(deadline, true);
    if (isCut(elaborated)) return this.#cutShort(elaborated);
    if (elaborated.end === 'header-failed') return cut('crashed', 'Lean could not process the imports any more');
    const stateAt = (offset: number): Promise<readonly string[] | undefined> =>
      questions.goals(placed.inText(offset)).catch(() => undefined);
    const begin = this.#contentStart;
    const states = await Promise.race([
      Promise.all([stateAt(begin), stateAt(begin - this.#placed.contentStart + this.#placed.stateAfter)]),
      deadline.stopped,
    ]);
    if (server.hasEnded || typeof states === 'string') this.#sandbox.giveUp();
    if (typeof states === 'string') return this.#cutShort({ end: states });
    if (server.hasEnded) return cut('crashed', 'Lean’s process ended when it was asked for the goals');
    const [before, after] = states;
    const trial = { splice: this.#splice, diagnostics, saysSorry: await saysSorry(this.#tactic), before, after };
    const judgement = await judgeAttempt(this.#baseline.compared, trial);
    const result = this.#toResult(judgement);
    if (result.verdict !== 'closed' || result.declarationUsesSorry) return result;
    const rests = await restsOnSorry(this.#sandbox, elaborated, this.#splice, deadline);
    if (rests === undefined)
      return { ...result, detail: result.detail ?? 'it is not known whether it rests on another sorry' };
    return { ...result, declarationUsesSorry: rests };
  }

  #cutShort(how: Cut): Result {
    switch (how.end) {
      case 'timed-out':
      case 'cancelled':
        return cut('timed-out', `after ${Math.round(this.#limitMs / 100) / 10} s`);
      case 'lost':
        return cut('crashed', 'the engine lost the sandbox');
      case 'garbled':
        return cut('crashed', how.detail);
      default:
        return cut(how.end, detailOf(how));
    }
  }

  #toResult({ own, elsewhere, ...judgement }: Judgement): Result {
    const lines = new LineIndex(this.#splice.text);
    const inText = throughSplice(this.#splice, this.#text);
    const { line: firstLine } = lines.leanPosition(this.#contentStart);
    const inAttempt = ({ line, column }: Position): Position => ({
      line: Math.max(1, line - firstLine + 1),
      column: Math.max(0, column - this.#placed.indent),
    });
    return {
      ...judgement,
      diagnostics: own.map((diagnostic) => moveDiagnostic(diagnostic, inAttempt)),
      elsewhere: shownDiagnostics({ diagnostics: elsewhere.map((diagnostic) => moveDiagnostic(diagnostic, inText)) }),
    };
  }
}

type CutVerdict = 'timed-out' | 'out-of-memory' | 'output-limit' | 'crashed' | 'not-tried';

function cut(verdict: CutVerdict, detail?: string): Result {
  const nothing = { goals: noGoals, diagnostics: [], elsewhere: [], declarationUsesSorry: false };
  return { verdict, ...nothing, ...(detail !== undefined && { detail }) };
}
