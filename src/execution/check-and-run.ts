/*
 * The core of every call: Lean elaborates the text, and a program in it is run by `lean --run` in a second sandbox. Both
 * start together, which is faster and changes nothing: `lean --run` elaborates for itself first and runs only what it
 * accepts, and what it did counts only when the elaboration that reports has accepted the text too.
 */
import type { KeptText } from '../core/bounded-text.ts';
import { firstError, headlineOf, isError, type Diagnostic, type OpenGoals } from '../lean/diagnostic.ts';
import type { Elaboration, ForcedEnd, LeanServer } from '../lean/lean-server.ts';
import { findOpenGoals, unsolvedGoals } from '../lean/open-goals.ts';
import { PlacedCode } from '../lean/placed-code.ts';
import type { Program, ProgramRun, ProgramSandbox } from '../lean/program-run.ts';
import type { CallEnvironment } from './call-environment.ts';
import { disposeLater } from './dispose-later.ts';
import type { CallLimits } from './call-limits.ts';
import type { CallContext, NotCompleted, Outcome } from './execution-service.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface CheckAndRun {
  readonly server: LeanServer;
  /** The text that Lean is to accept. */
  readonly text: string;
  /** The code of the call, and how many lines of the text stand before it. */
  readonly code: string;
  readonly linesBefore: number;
  /** The program to run, and the sandbox for it. Destroyed here. */
  readonly program?: { readonly sandbox: ProgramSandbox; readonly input: Program };
  /** A diagnostic as the caller sees it; `undefined` when it is about something else. */
  readonly toCall: (diagnostic: Diagnostic) => Diagnostic | undefined;
  /** More work on the elaborated text while the program runs; its outcome replaces `completed` when it has one. */
  readonly whenAccepted?: () => Promise<Outcome | undefined>;
}

/** What came of it. */
export interface Checked {
  readonly outcome: Outcome;
  readonly diagnostics: readonly Diagnostic[];
  readonly headerFailed: boolean;
  /** Whether Lean looked at everything and found no error. */
  readonly accepted: boolean;
  readonly openGoals: OpenGoals;
  /** Whether the server did not answer in time, so that it is of no use to anyone. */
  readonly isStuck: boolean;
  readonly stdout: KeptText;
  readonly stderr: KeptText;
}

/** Elaborates the text and, when it is accepted and is a program, waits for the program's end. */
export async function checkAndRun(
  work: CheckAndRun,
  limits: CallLimits,
  environment: CallEnvironment,
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<Checked> {
  const { server, text, program } = work;
  const running =
    program === undefined ? undefined : stopwatch.measure('run', program.sandbox.run(program.input, limits.deadline));
  try {
    context.onProgress({ phase: 'elaborate', message: 'Lean is elaborating' });
    const onLine = (line: number): void => {
      context.onProgress({
        phase: 'elaborate',
        message: `Lean is elaborating line ${Math.max(1, line - work.linesBefore)}`,
      });
    };
    const elaboration = await stopwatch.measure('elaborate', server.elaborate(text, limits.deadline, onLine));
    const accepted = isAccepted(elaboration);
    const diagnostics = elaboration.diagnostics.flatMap((diagnostic) => work.toCall(diagnostic) ?? []);
    const isOver = elaboration.end !== 'finished' || elaboration.headerFailed;
    const { stopped, ...openGoals } = isOver
      ? { ...unsolvedGoals(diagnostics), stopped: undefined }
      : await stopwatch.measure('elaborate', askForGoals(work, diagnostics, limits));
    const isStuck = stopped !== undefined;
    const checked = { diagnostics, headerFailed: elaboration.headerFailed, accepted, openGoals, isStuck };
    const output = server.takeOutput();
    if (!accepted) return { ...checked, ...output, outcome: rejectedOutcome(elaboration, diagnostics, limits) };
    if (isStuck) return { ...checked, ...output, accepted: false, outcome: forcedOutcome(stopped, limits) };

    const objection = await work.whenAccepted?.();
    if (objection !== undefined) return { ...checked, ...output, accepted: false, outcome: objection };
    if (running === undefined) return { ...checked, ...output, outcome: { outcome: 'completed' } };
    context.onProgress({ phase: 'run', message: 'The program is running' });
    const run = await running;
    return {
      ...checked,
      outcome: outcomeOfRun(run, limits),
      stdout: join(output.stdout, run.stdout),
      stderr: join(output.stderr, run.stderr),
    };
  } finally {
    disposeLater(program?.sandbox, environment.logger);
    running?.catch(() => undefined);
  }
}

async function askForGoals(
  { server, code, linesBefore }: CheckAndRun,
  diagnostics: readonly Diagnostic[],
  { deadline }: CallLimits,
): ReturnType<typeof findOpenGoals> {
  return await findOpenGoals(server.questions, new PlacedCode(code, linesBefore), diagnostics, deadline);
}

function isAccepted({ end, headerFailed, diagnostics }: Elaboration): boolean {
  return end === 'finished' && !headerFailed && !diagnostics.some(isError);
}

/** @param shown the diagnostics that the caller sees, which must not look as if Lean had accepted the code */
function rejectedOutcome(elaboration: Elaboration, shown: readonly Diagnostic[], limits: CallLimits): Outcome {
  if (elaboration.end === 'finished') {
    if (shown.some(isError)) return { outcome: 'completed' };
    const error = firstError(elaboration.diagnostics);
    const what = elaboration.headerFailed ? 'Lean could not process the imports' : 'Lean rejected the text';
    return { outcome: 'completed', problem: error === undefined ? what : `${what}: ${headlineOf(error)}` };
  }
  return forcedOutcome(elaboration.end, limits, elaboration.detail);
}

function outcomeOfRun(run: ProgramRun, limits: CallLimits): Outcome {
  switch (run.end) {
    case 'finished':
      return { outcome: 'completed', ...(run.exitCode !== undefined && { exitCode: run.exitCode }) };
    case 'not-run':
      return {
        outcome: 'completed',
        problem: 'Lean accepted the code but did not run it: see stdout and stderr for what it said',
      };
    case 'killed':
      return { outcome: 'crashed', detail: 'somebody had the engine kill the sandbox of the program' };
    default:
      return forcedOutcome(run.end, limits, run.end === 'crashed' ? 'the program’s process ended' : undefined);
  }
}

/** The outcome of work that did not come to its end. */
export function forcedOutcome(end: ForcedEnd, limits: CallLimits, detail?: string): NotCompleted {
  switch (end) {
    case 'timed-out':
      return { outcome: end, limitMs: limits.timeMs };
    case 'out-of-memory':
      return { outcome: end, limit: limits.memory };
    case 'output-limit':
      return { outcome: end, limit: limits.output, ...(detail !== undefined && { detail }) };
    case 'crashed':
      return { outcome: end, detail: detail ?? 'Lean’s process ended' };
    case 'garbled':
      return { outcome: 'crashed', detail: detail ?? 'it is not known what Lean said', garbled: true };
    case 'lost':
      return {
        outcome: 'crashed',
        detail: 'the engine lost the sandbox; this has nothing to do with the code',
        lost: true,
      };
    case 'cancelled':
      return { outcome: end };
  }
}

function join(first: KeptText, second: KeptText): KeptText {
  return { text: first.text + second.text, omittedBytes: first.omittedBytes + second.omittedBytes };
}
