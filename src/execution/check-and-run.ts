/*
 * The core of every call: Lean elaborates the text, and runs a program in it when it has accepted the text and has said so.
 * A Lean that runs no programs has `lean --run` do it in a second sandbox. Both start together, which is faster and changes
 * nothing: `lean --run` elaborates for itself first and runs only what it accepts, and what it did counts only when the
 * elaboration that reports has accepted the text too.
 */
import type { KeptText } from '../core/bounded-text.ts';
import { firstError, headlineOf, isError, type Diagnostic, type OpenGoals, type Position } from '../lean/diagnostic.ts';
import {
  isCut,
  type Cut,
  type Elaboration,
  type Lean,
  type LeanText,
  type ProgramInput,
  type ProgramRun,
  type SorryUsed,
} from '../lean/lean.ts';
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
  /** The program to run, and the sandbox for it, which is destroyed here; without one, the server runs it. */
  readonly program?: { readonly sandbox: ProgramSandbox | undefined; readonly input: Program };
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
  readonly sorryLines?: readonly number[];
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
  const { server, program } = work;
  const running = program?.sandbox && stopwatch.measure('run', program.sandbox.run(program.input, limits.deadline));
  const own = program?.sandbox === undefined ? program?.input : undefined;
  // Where there is more work on the text, the program waits for it.
  const runsAtOnce = own !== undefined && work.whenAccepted === undefined;
  const text = { ...work.text, ...(runsAtOnce && { program: inputOf(own) }) };
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
    const sorryLines = 'sorries' in elaboration ? linesOf(elaboration.sorries, work.linesBefore) : undefined;
    const checked = {
      ...(sorryLines !== undefined && { sorryLines }),
      diagnostics,
      headerFailed: elaboration.end === 'header-failed',
      accepted,
      openGoals,
      isStuck,
    };
    const output = server.takeOutput();
    if (!accepted) return { ...checked, ...output, outcome: rejectedOutcome(elaboration, diagnostics, limits) };
    if (isStuck) return { ...checked, ...output, accepted: false, outcome: forcedOutcome({ end: stopped }, limits) };

    const objection = await work.whenAccepted?.();
    // What the text's code writes when Lean looks at it again has been told.
    if (work.whenAccepted !== undefined) server.takeOutput();
    if (objection !== undefined) return { ...checked, ...output, accepted: false, outcome: objection };
    if (program === undefined) return { ...checked, ...output, outcome: { outcome: 'completed' } };
    context.onProgress({ phase: 'run', message: 'The program is running' });
    const run = await (running ?? stopwatch.measure('run', runInServer(work, program.input, elaboration, limits)));
    const elaboratesFirst = running !== undefined;
    return {
      ...checked,
      outcome: outcomeOfRun(run, limits),
      stdout: join(output.stdout, run.stdout),
      stderr: elaboratesFirst ? toldOnce(output.stderr, run.stderr) : join(output.stderr, run.stderr),
    };
  } finally {
    disposeLater(program?.sandbox, environment.logger);
    running?.catch(() => undefined);
  }
}

/** Has the server run the program of the text that it has accepted, unless it does so already. */
async function runInServer(
  { server, text: { text } }: CheckAndRun,
  input: Program,
  elaboration: Elaboration,
  { deadline }: CallLimits,
): Promise<ProgramRun> {
  if ('program' in elaboration) return await elaboration.program;
  const again = { text, newFrom: text.length, program: inputOf(input), goesOn: true };
  const accepted = await server.elaborate(again, deadline);
  if ('program' in accepted) return await accepted.program;
  return isCut(accepted)
    ? { ...accepted, ...server.takeOutput() }
    : { end: 'not-run', exitCode: 1, ...server.takeOutput() };
}

function inputOf({ args, stdin }: Program): ProgramInput {
  return { args, stdin };
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

/** `lean --run` elaborates the text once more before the program begins, and nothing on stderr says where that ends. */
function toldOnce(elaboration: KeptText, run: KeptText): KeptText {
  if (run.text.includes(elaboration.text)) return run;
  return elaboration.text.startsWith(run.text) ? elaboration : join(elaboration, run);
}

/** The lines in the code of the call, each once, in their order. */
function linesOf(sorries: readonly SorryUsed[] = [], linesBefore: number): number[] {
  const lines = sorries.flatMap(({ start }) => (start === undefined ? [] : start.line - linesBefore));
  return [...new Set(lines)].filter((line) => line >= 1).sort((a, b) => a - b);
}

function lineUp({ line, column }: Position, lines: number): Position {
  return { line: line - lines, column };
}
