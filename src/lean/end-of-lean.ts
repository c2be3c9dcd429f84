/* How a Lean ended that should have gone on, in the words that callers get. */
import type { SandboxExit } from '../sandbox/sandbox.ts';
import type { Cut } from './lean.ts';
import type { Overdraft } from './reading/reading-budget.ts';

/** The end that comes of hearing no more. */
export function endOfReading(why: Overdraft, detail: string | undefined): Cut {
  if (why === 'strange') {
    return { end: 'garbled', detail: detail ?? 'much on Lean’s stdout looked like Lean’s messages and was none' };
  }
  const what = detail ?? 'more messages than are read';
  return { end: 'output-limit', detail: `Lean’s messages about the code were too much: ${what}` };
}

/** The end of a process that the memory limit or somebody at the engine has killed. @param what what was killed then */
export function killedExit(exit: SandboxExit, what: string): Cut | undefined {
  if (exit.outOfMemory) return { end: 'out-of-memory' };
  if (exit.killed === true) return { end: 'crashed', detail: `somebody had the engine kill ${what}` };
  return undefined;
}

/** The end of a process that should have gone on. */
export function describeExit(exit: SandboxExit): Cut {
  const killed = killedExit(exit, 'the sandbox');
  if (killed !== undefined) return killed;
  if (exit.exitCode === undefined) return { end: 'lost' };
  return { end: 'crashed', detail: `Lean’s process ended with exit code ${exit.exitCode} before it had answered` };
}
