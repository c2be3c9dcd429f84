/* How a call ended, told from how its parts ended. */
import { firstError, headlineOf, isError, type Diagnostic } from '../lean/diagnostic.ts';
import { detailOf, isCut, type Cut, type Elaboration, type ProgramRun } from '../lean/lean.ts';
import type { CallLimits } from './call.ts';
import type { NotCompleted, Outcome } from './execution-service.ts';

/** The outcome of work that did not come to its end. */
export function outcomeOfCut(cut: Cut, limits: CallLimits): NotCompleted {
  const detail = detailOf(cut);
  switch (cut.end) {
    case 'timed-out':
      return { outcome: cut.end, limitMs: limits.timeMs };
    case 'out-of-memory':
      return { outcome: cut.end, limit: limits.memory };
    case 'output-limit':
      return { outcome: cut.end, limit: limits.output, ...(detail !== undefined && { detail }) };
    case 'crashed':
      return { outcome: cut.end, detail: detail ?? 'Lean’s process ended' };
    case 'garbled':
      return { outcome: 'crashed', detail: detail ?? 'it is not known what Lean said', garbled: true };
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

/**
 * The outcome of a text that Lean did not accept.
 *
 * @param shown the messages that the caller sees, which must not look as if Lean had accepted the code
 */
export function outcomeOfRejected(elaboration: Elaboration, shown: readonly Diagnostic[], limits: CallLimits): Outcome {
  if (isCut(elaboration)) return outcomeOfCut(elaboration, limits);
  if (shown.some(isError)) return { outcome: 'completed' };
  const error = firstError(elaboration.diagnostics);
  const what = elaboration.end === 'finished' ? 'Lean rejected the text' : 'Lean could not process the imports';
  return { outcome: 'completed', problem: error === undefined ? what : `${what}: ${headlineOf(error)}` };
}

/** The outcome of a program whose text Lean accepted. */
export function outcomeOfRun(run: ProgramRun, limits: CallLimits): Outcome {
  switch (run.end) {
    case 'finished':
      return { outcome: 'completed', exitCode: run.exitCode };
    case 'not-run':
      return {
        outcome: 'completed',
        problem: 'Lean accepted the code but did not run it: see stdout and stderr for what it said',
      };
    default:
      return outcomeOfCut(run, limits);
  }
}
