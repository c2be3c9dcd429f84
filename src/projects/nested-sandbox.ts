/*
 * A process beside the modules of a project, for those who know sandboxes: what it is given and what it writes go through the
 * sandbox that it is in.
 */
import { Readable, Writable } from 'node:stream';
import type { Bytes } from '../core/bytes.ts';
import { withResolvers } from '../core/with-resolvers.ts';
import type { Sandbox, SandboxExit } from '../sandbox/sandbox.ts';
import type { ModuleEnd } from './keeper-frames.ts';

/** What the sandbox does that the process is in. */
export interface Surrounding {
  readonly sandbox: Pick<Sandbox, 'id' | 'exited' | 'disconnected' | 'outOfMemory' | 'memoryUsage'>;
  /** How many processes the memory limit has killed so far, as far as that is known. */
  readonly oomKills: () => number;
  /** Hands bytes to the process. @param done hears when more may come */
  readonly feed: (bytes: Buffer, done: () => void) => void;
  readonly stop: () => void;
}

/** Disposing kills the process; what it has started is killed with it, and nothing else. */
export class NestedSandbox implements Sandbox {
  readonly stdin: Writable;
  readonly stdout = new FedStream();
  readonly stderr = new FedStream();
  readonly exited: Promise<SandboxExit>;
  readonly #around: Surrounding;
  readonly #oomKillsBefore: number;
  readonly #wasOutOfMemory: boolean;
  readonly #end = withResolvers<SandboxExit>();

  constructor(around: Surrounding) {
    this.#around = around;
    this.#oomKillsBefore = around.oomKills();
    this.#wasOutOfMemory = around.sandbox.outOfMemory;
    this.stdin = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        around.feed(chunk, done);
      },
      final: (done) => {
        around.stop();
        done();
      },
    });
    this.stdin.on('error', () => undefined);
    this.exited = Promise.race([this.#end.promise, around.sandbox.exited]);
    void around.sandbox.exited.then(() => {
      this.#close();
    });
  }

  get id(): Sandbox['id'] {
    return this.#around.sandbox.id;
  }

  get disconnected(): Promise<void> {
    return Promise.race([this.#end.promise.then(() => undefined), this.#around.sandbox.disconnected]);
  }

  /** What modules before it ran out of is no fault of it. */
  get outOfMemory(): boolean {
    const { sandbox, oomKills } = this.#around;
    return (!this.#wasOutOfMemory && sandbox.outOfMemory) || oomKills() > this.#oomKillsBefore;
  }

  memoryUsage(): Promise<Bytes | undefined> {
    return this.#around.sandbox.memoryUsage();
  }

  /** It has written something. @returns what has to be waited for before more of it is read, if anything */
  take(from: 'stdout' | 'stderr', bytes: Buffer): Promise<void> | undefined {
    return this[from].feed(bytes);
  }

  /** It has ended. */
  end(how: ModuleEnd): void {
    this.#close();
    this.#end.resolve({ exitCode: exitCodeOf(how), outOfMemory: this.outOfMemory });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#around.stop();
    this.stdout.destroy();
    this.stderr.destroy();
    await this.exited;
  }

  #close(): void {
    this.stdin.destroy();
    this.stdout.close();
    this.stderr.close();
  }
}

/** A stream that others write into, at the pace of its reader. */
class FedStream extends Readable {
  #wake = (): void => undefined;

  override _read(): void {
    this.#wake();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#wake();
    done(error);
  }

  /** @returns resolves when there is room for more; absent when there is room now */
  feed(bytes: Buffer): Promise<void> | undefined {
    if (this.destroyed || this.readableEnded || this.push(Buffer.from(bytes))) return undefined;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  close(): void {
    if (!this.destroyed) this.push(null);
  }
}

/** As a shell tells it. */
function exitCodeOf(end: ModuleEnd): number {
  if (end.kind === 'failed') return notStarted;
  return 'signal' in end.how ? 128 + end.how.signal : end.how.exitCode;
}

const notStarted = 127;
