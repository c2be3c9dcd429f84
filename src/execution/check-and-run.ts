/*
 * The core of every call that runs code: Lean elaborates the text, and runs a program in it when it has accepted the text and
 * has said so. A Lean that runs no programs has `lean --run` do it in a second sandbox. Both start together, which is faster
 * and changes nothing: `lean --run` elaborates for itself first and runs only what it accepts, and what it did counts only
 * when the elaboration that reports has accepted the text too.
 */
import type { KeptText } from '../core/bounded-text.ts';
import type { Deadline } from '../core/deadline.ts';
import type { DeclaredConstants } from '../lean/declaration.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';
import { isCut, type Lean, type LeanText, type ProgramInput, type ProgramRun, type SorryUsed } from '../lean/lean.ts';
import { unsolvedGoals } from '../lean/open-goals.ts';
import type { PlacedCode } from '../lean/placed-code.ts';
import { findMain } from '../lean/source/main-definition.ts';
import type { Call, CallLimits } from './call.ts';
import { noOutput, type CodeRequest, type ExecutionResult, type Outcome } from './execution-service.ts';
import { outcomeOfCut, outcomeOfRejected, outcomeOfRun } from './outcomes.ts';
import type { EarlyFailure, Workplace } from './workplace.ts';

export interface CheckedWork {
  readonly request: CodeRequest;
  /** The code of the request, with what stands before it. */
  readonly text: LeanText;
  /** What the program in it is given; absent when there is none. */
  readonly input: ProgramInput | undefined;
  /** More work on the accepted text, before or while the program runs. @returns why it cannot be accepted after all, if so */
  readonly whenAccepted?: () => Promise<Outcome | undefined>;
}

/** What came of it. */
export interface Checked {
  readonly outcome: Outcome;
  /** Whether Lean, and whoever looked at the text then, accepted it. */
  readonly accepted: boolean;
  /** Lean's messages about what stands before the code of the call, with positions in the whole text. */
  readonly earlier: readonly Diagnostic[];
  /** What the caller hears of the code of the call. */
  readonly said: Pick<ExecutionResult, 'diagnostics' | 'openGoals' | 'sorryLines' | 'declared' | 'stdout' | 'stderr'>;
}

/** What is given to the program that the code is; `undefined` when it is none. */
export async function programIn({ code, args, stdin }: CodeRequest): Promise<ProgramInput | undefined> {
  return (await findMain(code)) && { args, stdin };
}

/** What a call is told whose code was not looked at. */
export function endedEarly({ outcome, diagnostics, advice }: EarlyFailure, { facts }: Workplace): ExecutionResult {
  return { ...outcome, diagnostics, ...(advice !== undefined && { advice }), ...noOutput, ...facts };
}

/** Elaborates the text and, when it is accepted and is a program, waits for the program's end. */
export async function checkAndRun(
  call: Call,
  workplace: Workplace,
  { request, text, input, whenAccepted }: CheckedWork,
  limits: CallLimits,
): Promise<Checked> {
  const { lean, program, extension } = workplace;
  const { deadline } = limits;
  const apart =
    input && program && call.stopwatch.measure('run', program.run({ ...input, source: text.text }, deadline));
  apart?.catch(() => undefined);
  // Where there is more work on the text, the program waits for it.
  const runsAtOnce = input !== undefined && apart === undefined && whenAccepted === undefined;
  call.tell('elaborate', 'Lean is elaborating');
  const elaboration = await workplace.elaborate({ ...text, ...(runsAtOnce && { program: input }) }, deadline);
  const diagnostics = elaboration.diagnostics.flatMap((diagnostic) => extension.toCall(diagnostic) ?? []);
  const earlier = elaboration.diagnostics.filter((diagnostic) => extension.toCall(diagnostic) === undefined);
  if (elaboration.end !== 'finished') {
    const outcome = outcomeOfRejected(elaboration, diagnostics, limits);
    const said = { diagnostics, openGoals: unsolvedGoals(diagnostics), ...lean.takeOutput() };
    return { outcome, accepted: false, earlier, said };
  }

  const { stopped, ...open } = await call.stopwatch.measure('elaborate', lean.openGoals(deadline));
  // A Lean that did not answer in time is of no use to anybody.
  if (stopped !== undefined) workplace.giveUp();
  const goals = open.goals.map((goal) => ({ ...goal, start: extension.placed.inCode(goal.start) ?? goal.start }));
  const output = lean.takeOutput();
  const sorryLines = sorryLinesIn(extension.placed, elaboration.sorries);
  const openGoals = { ...open, goals };
  const declared = request.wantsDeclarations === true ? declaredIn(extension.placed, elaboration.declared) : undefined;
  const said = {
    diagnostics,
    openGoals,
    ...(sorryLines !== undefined && { sorryLines }),
    ...(declared !== undefined && { declared }),
    ...output,
  };
  const refused = (outcome: Outcome): Checked => ({ outcome, accepted: false, earlier, said });
  if (!elaboration.accepted) return refused(outcomeOfRejected(elaboration, diagnostics, limits));
  if (stopped !== undefined) return refused(outcomeOfCut({ end: stopped }, limits));
  const objection = await whenAccepted?.();
  if (objection !== undefined) return refused(objection);
  if (input === undefined) return { outcome: { outcome: 'completed' }, accepted: true, earlier, said };
  // What the text's code wrote when Lean looked at it again has been told.
  lean.takeOutput();
  call.tell('run', 'The program is running');
  const running = apart ?? elaboration.program ?? runIn(lean, text.text, input, deadline);
  const run = await (apart === undefined ? call.stopwatch.measure('run', running) : running);
  if (apart === undefined && isCut(run)) workplace.giveUp();
  return {
    outcome: outcomeOfRun(run, limits),
    accepted: true,
    earlier,
    said: {
      ...said,
      stdout: join(output.stdout, run.stdout),
      stderr: (apart === undefined ? join : toldOnce)(output.stderr, run.stderr),
    },
  };
}

/** Has Lean run the program of a text that it has accepted. */
async function runIn(lean: Lean, text: string, program: ProgramInput, deadline: Deadline): Promise<ProgramRun> {
  const again = await lean.elaborate({ text, newFrom: text.length, program, goesOn: true }, deadline);
  if ('program' in again) return await again.program;
  return { ...(isCut(again) ? again : { end: 'not-run', exitCode: 1 }), ...lean.takeOutput() };
}

/** The lines of the code at which a `sorry` is left in a term, each once, in their order; absent when Lean cannot tell. */
function sorryLinesIn(placed: PlacedCode, sorries: readonly SorryUsed[] | undefined): readonly number[] | undefined {
  if (sorries === undefined) return undefined;
  const lines = sorries.flatMap(({ start }) => (start && placed.inCode(start)?.line) ?? []);
  return [...new Set(lines)].sort((a, b) => a - b);
}

/** What the code declares, with places in it. */
function declaredIn(placed: PlacedCode, declared: DeclaredConstants | undefined): DeclaredConstants | undefined {
  return (
    declared && {
      ...declared,
      constants: declared.constants.flatMap((constant) => {
        const start = placed.inCode(constant.start);
        return start === undefined ? [] : { ...constant, start };
      }),
    }
  );
}

function join(first: KeptText, second: KeptText): KeptText {
  return { text: first.text + second.text, omittedBytes: first.omittedBytes + second.omittedBytes };
}

/** `lean --run` elaborates the text once more before the program begins, and nothing on stderr says where that ends. */
function toldOnce(elaboration: KeptText, run: KeptText): KeptText {
  if (run.text.includes(elaboration.text)) return run;
  return elaboration.text.startsWith(run.text) ? elaboration : join(elaboration, run);
}
