/*
 * A sandbox with one of the verifier's programs in it, which has done its imports and waits for its one request. What
 * crosses its border is bytes: a request on stdin, and an answer of bounded size on stdout.
 */
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { BoundedText } from '../core/bounded-text.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Deadline, StopReason } from '../core/deadline.ts';
import { consume } from '../lean/consume.ts';
import { keptServer } from '../lean/keeper.ts';
import { leanSandbox, type LeanLaunch } from '../lean/lean-launch.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import { checkerVersion } from '../lean/toolchain.ts';

/** Where the programs are in every image that has them. */
export const verifierPath = '/opt/lean/bin/verifier';

/** What a sandbox is for, and what it imports before it is asked. */
export type VerifierRole =
  /** Elaborates a statement or a submission. */
  | {
      readonly program: 'elaborate';
      readonly header: string;
      /** Modules that came with the text, as words of the programs'; absent: there are none. */
      readonly own?: readonly string[];
    }
  /** Judges. Modules as words of the programs'. */
  | { readonly program: 'judge'; readonly modules: readonly string[] };

/** How a request ended. */
export interface VerifierEnd {
  readonly end: 'finished' | 'killed' | 'lost' | 'out-of-memory' | 'output-limit' | StopReason;
  /** There when the program ended by itself. */
  readonly exitCode?: number;
  readonly stdout: Buffer;
  /** The beginning and the end of it. */
  readonly stderr: string;
}

/** What may come as an answer. */
export interface AnswerLimits {
  readonly bytes: Bytes;
  /** Given all bytes as they come: whether the answer is whole, so that nobody has to wait for the end of the process. */
  readonly isWhole?: (bytes: Buffer) => boolean;
}

const maxKeptStderr = 16 * 1024;
const readyLine = `ready ${checkerVersion}\n`;
const lineFeed = 0x0a;

/** Disposing kills it. */
export class VerifierSandbox implements AsyncDisposable {
  readonly launch: LeanLaunch;
  readonly #sandbox: Sandbox;
  readonly #stderr = new BoundedText(maxKeptStderr);
  readonly #streamsEnded: Promise<unknown>;
  #onBytes: (bytes: Buffer) => void = () => undefined;

  private constructor(sandbox: Sandbox, launch: LeanLaunch) {
    this.#sandbox = sandbox;
    this.launch = launch;
    this.#streamsEnded = Promise.all([
      consume(sandbox.stdout, (bytes) => {
        this.#onBytes(bytes);
      }),
      consume(sandbox.stderr, (bytes) => {
        this.#stderr.append(bytes);
      }),
    ]);
  }

  /**
   * Starts the program and waits until it is ready.
   *
   * @throws AppError what {@link SandboxDriver.start} throws; `engine-failed` when the program does not become ready
   */
  static async start(
    driver: SandboxDriver,
    launch: LeanLaunch,
    role: VerifierRole,
    deadline: Deadline,
    signal?: AbortSignal,
  ): Promise<VerifierSandbox> {
    const spec = leanSandbox(launch, keptServer(commandOf(role)), 'verify');
    // A fault in the judge is to end it: Lean would otherwise go on with some value.
    const env = role.program === 'judge' ? { ...spec.env, LEAN_ABORT_ON_PANIC: '1' } : spec.env;
    const sandbox = new VerifierSandbox(await driver.start({ ...spec, env }, signal), launch);
    try {
      const { end, stdout, stderr } = await sandbox.#collect(
        { bytes: readyLine.length, isWhole: (bytes) => bytes.at(-1) === lineFeed },
        deadline,
      );
      if (end !== 'finished' || stdout.toString('latin1') !== readyLine) throw notReady(end, stderr);
      return sandbox;
    } catch (error) {
      await sandbox[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Settles as soon as nothing can be done with the sandbox any more. */
  get ended(): Promise<void> {
    return this.#sandbox.disconnected;
  }

  /** Sends the request and collects the answer; once only. */
  async ask(request: readonly Uint8Array[], limits: AnswerLimits, deadline: Deadline): Promise<VerifierEnd> {
    const collected = this.#collect(limits, deadline);
    for (const piece of request) this.#sandbox.stdin.write(piece);
    return await collected;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
  }

  async #collect({ bytes: limit, isWhole }: AnswerLimits, deadline: Deadline): Promise<VerifierEnd> {
    const pieces: Buffer[] = [];
    let size = 0;
    const enough = new Promise<'output-limit' | 'answered'>((resolve) => {
      this.#onBytes = (bytes) => {
        size += bytes.length;
        if (size > limit) {
          resolve('output-limit');
          return;
        }
        pieces.push(bytes);
        if (isWhole?.(bytes) === true) resolve('answered');
      };
    });
    const exited = this.#sandbox.exited.then(async (exit) => {
      await this.#streamsEnded;
      return exit;
    });
    const raced = await deadline.race(Promise.race([enough, exited]));
    const end = 'stopped' in raced ? raced.stopped : raced.value;
    this.#onBytes = () => undefined;
    const output = { stdout: Buffer.concat(pieces), stderr: this.#stderr.kept().text };
    if (end === 'answered') return { end: 'finished', ...output };
    if (typeof end === 'string') return { end, ...output };
    if (end.outOfMemory) return { end: 'out-of-memory', ...output };
    if (end.killed === true) return { end: 'killed', ...output };
    if (end.exitCode === undefined) return { end: 'lost', ...output };
    return { end: 'finished', exitCode: end.exitCode, ...output };
  }
}

function commandOf(role: VerifierRole): readonly string[] {
  const args = role.program === 'judge' ? role.modules : [role.header, ...(role.own ?? [])];
  return [verifierPath, role.program, ...args];
}

function notReady(end: VerifierEnd['end'], stderr: string): AppError {
  return new AppError(
    failures['engine-failed'].verifierNotStarted,
    `The verifier did not start (${end})${afterColon(stderr)}`,
  );
}

/** What a program said last, as the end of a sentence. */
export function afterColon(stderr: string): string {
  const said = stderr.trim();
  return said === '' ? '' : `: ${said}`;
}
