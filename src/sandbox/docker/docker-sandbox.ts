import type { Duplex, Readable, Writable } from 'node:stream';
import type { Container } from 'dockerode';
import type { SandboxId } from '../../core/ids.ts';
import { withResolvers } from '../../core/with-resolvers.ts';
import type { Sandbox, SandboxExit } from '../sandbox.ts';
import { engineStatus, toEngineError } from './docker-errors.ts';
import { splitOutput } from './output-streams.ts';

/** How long the engine may take to report why, after a SIGKILL that was not ours: the memory limit, or a stop. */
const reasonReportMs = 500;
/**
 * The same after any other end. Of two things that happen at nearly the same time the engine tells in either order, and the
 * second is told right behind the first; all programs wait for it, so this is short.
 */
const lateReportMs = 5;
/** How long the engine may take to report the end of a container whose streams have ended. */
const endReportMs = 5000;
const killedExitCode = 137;
/**
 * How long the engine may take to end a removal that it has begun by itself. It takes a tenth of that, or it hangs; and
 * clients kill a server that has not ended two seconds after its input, which then sweeps nothing any more.
 */
const removalMs = 1000;
/** What the engine notes for a container that it finds running, or gone, when it starts again: nobody knows how it ended. */
const exitCodesOfRestart: readonly number[] = [killedExitCode, 255];

/** A running container and its streams. Ends are reported to it from outside, by the engine's events. */
export class DockerSandbox implements Sandbox {
  readonly id: SandboxId;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #container: Container;
  readonly #exit = withResolvers<SandboxExit>();
  readonly #disconnection = withResolvers();
  #outOfMemory = false;
  #killed = false;
  #stopped = false;
  #reportedEnd: { exitCode: number | undefined } | undefined;
  #removal: Promise<unknown> | undefined;

  constructor(container: Container, attached: Duplex) {
    this.id = container.id as SandboxId;
    this.#container = container;
    this.stdin = attached;
    // A process that ends before it has read everything breaks the pipe; its end is reported by other means.
    this.stdin.on('error', () => undefined);
    const { stdout, stderr } = splitOutput(attached);
    this.stdout = stdout;
    this.stderr = stderr;
    attached.once('end', this.#disconnection.resolve);
    attached.once('close', () => {
      this.#disconnection.resolve();
      setTimeout(() => {
        this.reportEnd(undefined);
      }, endReportMs).unref();
    });
  }

  get disconnected(): Promise<void> {
    return this.#disconnection.promise;
  }

  get exited(): Promise<SandboxExit> {
    return this.#exit.promise;
  }

  get outOfMemory(): boolean {
    return this.#outOfMemory;
  }

  /** The engine saw the memory limit kill a process. */
  reportOutOfMemory(): void {
    this.#outOfMemory = true;
    if (this.#reportedEnd !== undefined) this.#settle(this.#reportedEnd.exitCode);
  }

  /** The engine was told to kill it: by somebody else, unless we are removing it. */
  reportKill(): void {
    if (this.#removal === undefined) this.#killed = true;
  }

  /** The engine stopped it, as it does with all containers when it ends itself: it is lost, whatever its exit code is. */
  reportStop(): void {
    if (this.#removal !== undefined) return;
    this.#stopped = true;
    if (this.#reportedEnd !== undefined) this.#settle(undefined);
  }

  /** The container has ended; `undefined` when its exit code is lost. */
  reportEnd(exitCode: number | undefined): void {
    if (this.#reportedEnd !== undefined) return;
    this.#reportedEnd = { exitCode };
    this.#disconnection.resolve();
    const isExplained = this.#outOfMemory || this.#stopped || this.#removal !== undefined;
    if (exitCode === undefined || isExplained) this.#settle(exitCode);
    else
      setTimeout(
        () => {
          this.#settle(exitCode);
        },
        exitCode === killedExitCode ? reasonReportMs : lateReportMs,
      ).unref();
  }

  async memoryUsage(): Promise<number | undefined> {
    try {
      const { memory_stats: memory } = await this.#container.stats({ stream: false, 'one-shot': true });
      return memory.usage;
    } catch {
      return undefined;
    }
  }

  /** Asks the engine whether the container is still there, after events may have been missed. */
  async reconcile(): Promise<void> {
    try {
      const { State } = await this.#container.inspect();
      if (State.OOMKilled) this.reportOutOfMemory();
      // One that is not running may also be about to start.
      if (State.Running || State.Status === 'created') return;
      const isKnown = State.OOMKilled || !exitCodesOfRestart.includes(State.ExitCode);
      this.reportEnd(isKnown ? State.ExitCode : undefined);
    } catch (error) {
      if (engineStatus(error) === 404) this.reportEnd(undefined);
    }
  }

  /** @throws AppError `engine-failed` when the engine could not remove the container */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#removal ??= removeContainer(this.#container).finally(() => {
      this.stdin.destroy();
    });
    await this.#removal;
  }

  #settle(exitCode: number | undefined): void {
    const lost = { exitCode: undefined, outOfMemory: this.#outOfMemory, killed: false };
    this.#exit.resolve(this.#stopped ? lost : { exitCode, outOfMemory: this.#outOfMemory, killed: this.#killed });
  }
}

/** What was found where a container was to be removed: it is removed now, somebody else was at it, or it was gone. */
export type Removal = 'removed' | 'going' | 'gone';

/** Kills and removes a container; one that is going already is waited for, for some time. @throws AppError `engine-failed` */
export async function removeContainer(container: Container): Promise<Removal> {
  try {
    await container.remove({ force: true, v: true });
    return 'removed';
  } catch (error) {
    const status = engineStatus(error);
    if (status === 404) return 'gone';
    if (status !== 409) throw toEngineError(error, 'removing a container');
    await removed(container);
    return 'going';
  }
}

/** Resolves when a container is gone, or after some time. */
async function removed(container: Container): Promise<void> {
  try {
    await container.wait({ condition: 'removed', abortSignal: AbortSignal.timeout(removalMs) });
  } catch {
    // It was gone before it could be waited for, or the engine does not get on with it: what is left is swept later.
  }
}
