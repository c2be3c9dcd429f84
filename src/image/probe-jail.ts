import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { Deadline } from '../core/deadline.ts';
import { failureOfElaborator } from '../lean/elaborator-self-test.ts';
import { leanSandbox, type LeanLaunch } from '../lean/lean-launch.ts';
import { LeanServer } from '../lean/lean-server.ts';
import type { Elaboration, ProgramRun } from '../lean/lean.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import { ProgramSandbox } from '../lean/program-run.ts';
import type { Toolchain } from '../lean/toolchain.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { elaboratorSelfTest } from './program-sources.ts';
import { failureOfVerifier } from './probe-verifier.ts';
import { runCommand, type CommandRun } from './run-command.ts';

export interface ProbeJailOptions {
  readonly driver: SandboxDriver;
  /** What is tried out; its toolchain is what is to be found out. */
  readonly untried: Pick<LeanLaunch, 'image' | 'jail'>;
  /** How long one answer may take, in milliseconds. */
  readonly answerLimitMs: number;
  readonly signal?: AbortSignal | undefined;
}

const output: OutputLimits = { keepBytes: 16 * 1024, stopBytes: 1024 * 1024 };

/**
 * Tries things in an image, each in a sandbox of its own. Every method throws AppError `image-build-failed` when no sandbox
 * can be made of the image, other errors of the driver, and the signal's reason when it fires.
 */
export class ProbeJail {
  readonly #options: ProbeJailOptions;

  constructor(options: ProbeJailOptions) {
    this.#options = options;
  }

  /** Runs a command to its end. */
  async run(command: readonly string[]): Promise<CommandRun> {
    const { driver, untried, signal } = this.#options;
    const spec = leanSandbox(untried, command, 'probe');
    using deadline = this.#deadline();
    const ran = await this.#making(() => runCommand(driver, spec, { deadline, signal }));
    signal?.throwIfAborted();
    return ran;
  }

  /** Has Lean's language server elaborate a text. @param toolchain says how the server is started */
  async elaborate(toolchain: Toolchain, text: string): Promise<Elaboration> {
    const { driver, untried, signal } = this.#options;
    using deadline = this.#deadline();
    await using server = await this.#making(() =>
      LeanServer.start(driver, { ...untried, toolchain }, output, new ReadingTurns(), signal),
    );
    const elaboration = await server.elaborate({ text }, deadline);
    signal?.throwIfAborted();
    return elaboration;
  }

  /** Tries out the elaborator. @returns what is wrong with it, if anything */
  async elaboratorFailure(toolchain: Toolchain): Promise<string | undefined> {
    const { driver, untried, signal } = this.#options;
    using deadline = this.#deadline();
    const tests = await elaboratorSelfTest();
    const failure = await this.#making(() => failureOfElaborator(driver, { ...untried, toolchain }, tests, deadline));
    signal?.throwIfAborted();
    return failure;
  }

  /** Runs a program without arguments or input. */
  async runProgram(toolchain: Toolchain, source: string): Promise<ProgramRun> {
    const { driver, untried, signal } = this.#options;
    using deadline = this.#deadline();
    await using sandbox = await this.#making(() =>
      ProgramSandbox.start(driver, { ...untried, toolchain }, output, signal),
    );
    const ran = await sandbox.run({ source, args: [], stdin: '' }, deadline);
    signal?.throwIfAborted();
    return ran;
  }

  /** Tries out the verifier. @returns what is wrong with it, if anything */
  async verifierFailure(toolchain: Toolchain): Promise<string | undefined> {
    const { driver, untried, answerLimitMs, signal } = this.#options;
    return await failureOfVerifier(driver, { ...untried, toolchain }, answerLimitMs, signal);
  }

  #deadline(): Deadline {
    return new Deadline(this.#options.answerLimitMs, this.#options.signal);
  }

  /** What an image cannot do shows when a sandbox is made of it, too, for instance when a program is missing. */
  async #making<Result>(make: () => Promise<Result>): Promise<Result> {
    try {
      return await make();
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (!(error instanceof AppError) || error.code !== 'engine-failed') throw error;
      throw new AppError(failures['image-build-failed'].jailProbeFailed, `The image cannot be used: ${error.message}`, {
        cause: error,
      });
    }
  }
}

/** How a process ended, in words. */
export function describeExit(exitCode: number | undefined): string {
  return exitCode === undefined ? 'no exit code (it was stopped)' : `exit code ${exitCode}`;
}
