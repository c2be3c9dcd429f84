/* A program that the elaborator runs in its own process, after it has said what it thinks of the text. */
import { withResolvers } from '../core/with-resolvers.ts';
import type { SandboxExit } from '../sandbox/sandbox.ts';
import type { ProcessEnd } from './elaborator/keeper-frames.ts';
import { killedExit } from './end-of-lean.ts';
import { KeptOutput } from './kept-output.ts';
import type { Cut, ProgramRun } from './lean.ts';
import type { OutputLimits } from './output-guard.ts';

/** What a shell says of a process that a signal has ended. */
const signalBase = 128;

/** Collects what the program writes, and learns how it ends. */
export class RunningProgram {
  readonly #output: KeptOutput;
  readonly #processEnd = withResolvers<ProcessEnd | undefined>();

  constructor({ keepBytes }: OutputLimits) {
    this.#output = new KeptOutput(keepBytes);
  }

  append(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this.#output.append(stream, bytes);
  }

  /** Its process has ended; `undefined` when nobody said how before there was nothing more to hear. */
  processEnded(end: ProcessEnd | undefined): void {
    this.#processEnd.resolve(end);
  }

  /**
   * What comes of it.
   *
   * @param returned resolves when the program has ended and its process has said so itself
   * @param stopped resolves when it has to end before its time
   * @param exited how its sandbox ended
   */
  async run(returned: Promise<ProcessEnd>, stopped: Promise<Cut>, exited: Promise<SandboxExit>): Promise<ProgramRun> {
    const end = await Promise.race([
      Promise.race([returned, this.#processEnd.promise]).then((known) => outcome(known, exited)),
      stopped,
    ]);
    return { ...end, ...this.#output.take() };
  }
}

/**
 * Where it is not known whether the memory limit killed one of its children, the end of its sandbox is waited for, which
 * tells it: several times as long as a short program takes.
 */
async function outcome(
  known: ProcessEnd | undefined,
  exited: Promise<SandboxExit>,
): Promise<{ readonly end: 'finished'; readonly exitCode: number } | Cut> {
  if (known?.oomKills !== undefined && known.oomKills > 0) return { end: 'out-of-memory' };
  if (known?.oomKills === 0) return finished(known);
  const exit = await exited;
  const killed = killedExit(exit, 'the sandbox of the program');
  if (killed !== undefined) return killed;
  if (known !== undefined) return finished(known);
  return exit.exitCode === undefined ? { end: 'lost' } : { end: 'finished', exitCode: exit.exitCode };
}

function finished(end: ProcessEnd): { readonly end: 'finished'; readonly exitCode: number } {
  return { end: 'finished', exitCode: 'exitCode' in end ? end.exitCode : signalBase + end.signal };
}
