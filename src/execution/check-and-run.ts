/*
 * The core of every call that runs code: Lean elaborates the text, and a program in it is run by `lean --run` in a second
 * sandbox. Both start together, which is faster and changes nothing: `lean --run` elaborates for itself first and runs only
 * what it accepts, and what it did counts only when the elaboration that reports has accepted the text too.
 */
import type { KeptText } from '../core/bounded-text.ts';
import type { Diagnostic, OpenGoals } from '../lean/diagnostic.ts';
import type { LeanText, ProgramInput } from '../lean/lean.ts';
import { unsolvedGoals } from '../lean/open-goals.ts';
import type { Call, CallLimits } from './call.ts';
import type { Outcome } from './execution-service.ts';
import { outcomeOfCut, outcomeOfRejected, outcomeOfRun } from './outcomes.ts';
import type { Workplace } from './workplace.ts';

export interface CheckedWork {
  readonly text: LeanText;
  /** What a program in it is given. */
  readonly input: ProgramInput;
  /** More work on the accepted text while the program runs. @returns why it cannot be accepted after all, if so */
  readonly whenAccepted?: () => Promise<Outcome | undefined>;
}

/** What came of it. */
export interface Checked {
  readonly outcome: Outcome;
  /** Whether Lean, and whoever looked at the text then, accepted it. */
  readonly accepted: boolean;
  /** Lean's messages about the code of the call. */
  readonly diagnostics: readonly Diagnostic[];
  /** Those about what stands before it, with positions in the whole text. */
  readonly earlier: readonly Diagnostic[];
  readonly openGoals: OpenGoals;
  readonly stdout: KeptText;
  readonly stderr: KeptText;
}

/** Elaborates the text and, when it is accepted and is a program, waits for the program's end. */
export async function checkAndRun(
  call: Call,
  workplace: Workplace,
  { text, input, whenAccepted }: CheckedWork,
  limits: CallLimits,
): Promise<Checked> {
  const { lean, program, extension } = workplace;
  const source = text.text;
  const running = program && call.stopwatch.measure('run', program.run({ ...input, source }, limits.deadline));
  running?.catch(() => undefined);
  call.tell('elaborate', 'Lean is elaborating');
  const elaboration = await workplace.elaborate(text, limits.deadline);
  const diagnostics = elaboration.diagnostics.flatMap((diagnostic) => extension.toCall(diagnostic) ?? []);
  const earlier = elaboration.diagnostics.filter((diagnostic) => extension.toCall(diagnostic) === undefined);
  if (elaboration.end !== 'finished') {
    const outcome = outcomeOfRejected(elaboration, diagnostics, limits);
    const openGoals = unsolvedGoals(diagnostics);
    return { outcome, accepted: false, diagnostics, earlier, openGoals, ...lean.takeOutput() };
  }

  const { stopped, ...open } = await call.stopwatch.measure('elaborate', lean.openGoals(limits.deadline));
  // A Lean that did not answer in time is of no use to anybody.
  if (stopped !== undefined) workplace.giveUp();
  const goals = open.goals.map((goal) => ({ ...goal, start: extension.placed.inCode(goal.start) ?? goal.start }));
  const output = lean.takeOutput();
  const checked = { diagnostics, earlier, openGoals: { ...open, goals }, ...output };
  if (!elaboration.accepted) {
    return { ...checked, accepted: false, outcome: outcomeOfRejected(elaboration, diagnostics, limits) };
  }
  if (stopped !== undefined) return { ...checked, accepted: false, outcome: outcomeOfCut({ end: stopped }, limits) };
  const objection = await whenAccepted?.();
  if (objection !== undefined) return { ...checked, accepted: false, outcome: objection };
  const ran = elaboration.program ?? running;
  if (ran === undefined) return { ...checked, accepted: true, outcome: { outcome: 'completed' } };
  call.tell('run', 'The program is running');
  const run = await ran;
  return {
    ...checked,
    accepted: true,
    outcome: outcomeOfRun(run, limits),
    stdout: join(output.stdout, run.stdout),
    stderr: join(output.stderr, run.stderr),
  };
}

function join(first: KeptText, second: KeptText): KeptText {
  return { text: first.text + second.text, omittedBytes: first.omittedBytes + second.omittedBytes };
}
