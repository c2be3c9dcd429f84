/*
 * A sandbox with the same limits as every other, in which a shell waits for commands on its stdin: what Lean costs without
 * this program. The programs are put there first, so that a measured command is `lean FILE` and nothing else.
 */
import { createInterface } from 'node:readline';
import { AppError } from '../src/core/app-error.ts';
import { leanPath, leanSandbox, type LeanLaunch } from '../src/lean/lean-launch.ts';
import type { Sandbox, SandboxDriver } from '../src/sandbox/sandbox.ts';
import { definesMain, type BenchProgram } from './bench-program.ts';

/** The arguments of `lean` for a program. */
function leanArguments(program: BenchProgram, file: string): string {
  return definesMain(program) ? `--run ${file}` : file;
}

/** The name of a program's file in a sandbox. */
function fileOf({ name }: BenchProgram): string {
  return `${name.replaceAll('/', '-')}.lean`;
}

/** A shell command that runs Lean as one would by hand; what it prints goes nowhere. */
export function leanCommand(program: BenchProgram): string {
  return `${leanPath} ${leanArguments(program, fileOf(program))} < /dev/null > /dev/null 2>&1`;
}

export class Workbench implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly #lines: AsyncIterator<string>;

  private constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    sandbox.stderr.resume();
    this.#lines = createInterface({ input: sandbox.stdout })[Symbol.asyncIterator]();
  }

  /** Throws what {@link SandboxDriver.start} throws. */
  static async start(driver: SandboxDriver, launch: LeanLaunch, signal: AbortSignal): Promise<Workbench> {
    return new Workbench(await driver.start(leanSandbox(launch, ['/bin/sh'], 'probe'), signal));
  }

  /** Writes a program's file into the sandbox. */
  async put(program: BenchProgram): Promise<void> {
    await this.putFile(fileOf(program), program.code);
  }

  /** Writes a file into the sandbox. */
  async putFile(file: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.sandbox.stdin.write(`echo reading; head -c ${bytes.length} > ${file}; echo $?\n`);
    // A shell may read ahead what is on its stdin already, so the bytes follow when it has handed it on.
    await this.#nextLine();
    this.sandbox.stdin.write(bytes);
    await this.#nextLine();
  }

  /** Runs a command. @returns how long it took, in milliseconds @throws AppError when it fails */
  async measure(command: string): Promise<number> {
    const startedAt = performance.now();
    this.sandbox.stdin.write(`${command}; echo $?\n`);
    const exitCode = await this.#nextLine();
    if (exitCode !== '0')
      throw new AppError('internal', `In the sandbox, ${command} ended with exit code ${exitCode}.`);
    return performance.now() - startedAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }

  async #nextLine(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new AppError('engine-failed', 'The sandbox of the measurements was lost.');
    return next.value;
  }
}

/**
 * What `docker run` once costs: a new sandbox, a program, its end.
 *
 * @returns milliseconds from the request to the engine to the news that the container has ended
 * @throws AppError when the program fails, and as {@link SandboxDriver.start}
 */
export async function measureOneShot(
  driver: SandboxDriver,
  launch: LeanLaunch,
  program: BenchProgram,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = performance.now();
  const bytes = Buffer.from(program.code);
  const script = `head -c ${bytes.length} > ${fileOf(program)}; ${leanCommand(program)}`;
  await using sandbox = await driver.start(leanSandbox(launch, ['/bin/sh', '-c', script], 'probe'), signal);
  sandbox.stdout.resume();
  sandbox.stderr.resume();
  sandbox.stdin.write(bytes);
  const { exitCode } = await sandbox.exited;
  if (exitCode !== 0)
    throw new AppError(
      'internal',
      `${program.name} ended with exit code ${exitCode ?? 'unknown'} in a sandbox of its own.`,
    );
  return performance.now() - startedAt;
}
