/*
 * The core of every call: Lean elaborates the text, and a program in it is run by `lean --run` in a second sandbox. Both
 * start together, which is faster and changes nothing: `lean --run` elaborates for itself first and runs only what it
 * accepts, and what it did counts only when the elaboration that reports has accepted the text too.
 */
import type { KeptText } from '../core/bounded-text.ts';
import { firstError, headlineOf, isError, type Diagnostic, type OpenGoals, type Position } from '../lean/diagnostic.ts';
import { isCut, type Cut, type Elaboration, type Lean, type LeanText, type ProgramRun } from '../lean/lean.ts';
import { unsolvedGoals } from '../lean/open-goals.ts';
import type { Program, ProgramSandbox } from '../lean/program-run.ts';
import type { CallEnvironment } from './call-environment.ts';
import { disposeLater } from './dispose-later.ts';
import type { CallLimits } from './call-limits.ts';
import type { CallContext, NotCompleted, Outcome } from './execution-service.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface CheckAndRun {
  readonly server: Lean;
  /** The text that Lean is to accept. */
  readonly text: LeanText;
  /** How many lines of it stand before the code of the call. */
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
    const accepted = elaboration.end === 'finished' && elaboration.accepted;
    const diagnostics = elaboration.diagnostics.flatMap((diagnostic) => work.toCall(diagnostic) ?? []);
    const { stopped, ...openGoals } =
      elaboration.end === 'finished'
        ? await stopwatch.measure('elaborate', askForGoals(work, limits))
        : { ...unsolvedGoals(diagnostics), stopped: undefined };
    const isStuck = stopped !== undefined;
    const checked = { diagnostics, headerFailed: elaboration.end === 'header-failed', accepted, openGoals, isStuck };
    const output = server.takeOutput();
    if (!accepted) return { ...checked, ...output, outcome: rejectedOutcome(elaboration, diagnostics, limits) };
    if (isStuck) return { ...checked, ...output, accepted: false, outcome: forcedOutcome({ end: stopped }, limits) };

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
  { server, linesBefore }: CheckAndRun,
  { deadline }: CallLimits,
): ReturnType<Lean['openGoals']> {
  const { goals, ...rest } = await server.openGoals(deadline);
  return { ...rest, goals: goals.map((goal) => ({ ...goal, start: lineUp(goal.start, linesBefore) })) };
}

/** @param shown the diagnostics that the caller sees, which must not look as if Lean had accepted the code */
function rejectedOutcome(elaboration: Elaboration, shown: readonly Diagnostic[], limits: CallLimits): Outcome {
  if (isCut(elaboration)) return forcedOutcome(elaboration, limits);
  if (shown.some(isError)) return { outcome: 'completed' };
  const error = firstError(elaboration.diagnostics);
  const what = elaboration.end === 'finished' ? 'Lean rejected the text' : 'Lean could not process the imports';
  return { outcome: 'completed', problem: error === undefined ? what : `${what}: ${headlineOf(error)}` };
}

function outcomeOfRun(run: ProgramRun, limits: CallLimits): Outcome {
  switch (run.end) {
    case 'finished':
      return { outcome: 'completed', exitCode: run.exitCode };
    case 'not-run':
      return {
        outcome: 'completed',
        problem: 'Lean accepted the code but did not run it: see stdout and stderr for what it said',
      };
    default:
      return forcedOutcome(run, limits);
  }
}

/** The outcome of work that did not come to its end. */
export function forcedOutcome(cut: Cut, limits: CallLimits): NotCompleted {
  switch (cut.end) {
    case 'timed-out':
      return { outcome: cut.end, limitMs: limits.timeMs };
    case 'out-of-memory':
      return { outcome: cut.end, limit: limits.memory };
    case 'output-limit':
      return { outcome: cut.end, limit: limits.output, ...(cut.detail !== undefined && { detail: cut.detail }) };
    case 'crashed':
      return { outcome: cut.end, detail: cut.detail ?? 'Lean’s process ended' };
    case 'garbled':
      return { outcome: 'crashed', detail: cut.detail ?? 'it is not known what Lean said', garbled: true };
    case 'lost':
      return {
        outcome: 'crashed',
        detail: 'the engine lost the sandbox; this has nothing to do with the code',
        lost: true,
      };
    case 'cancelled':
      return { outcome: cut.end };
  }
}

function join(first: KeptText, second: KeptText): KeptText {
  return { text: first.text + second.text, omittedBytes: first.omittedBytes + second.omittedBytes };
}

function lineUp({ line, column }: Position, lines: number): Position {
  return { line: line - lines, column };
}
