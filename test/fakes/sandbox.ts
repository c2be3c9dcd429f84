import { PassThrough } from 'node:stream';
import type { SandboxId } from '../../src/core/ids.ts';
import type { LeanLaunch } from '../../src/lean/lean-launch.ts';
import type { Sandbox, SandboxDriver, SandboxExit, SandboxSpec } from '../../src/sandbox/sandbox.ts';
import { someJail } from './jail.ts';

/** A sandbox whose process is the test: it reads the other end of stdin, and writes to the other ends of the outputs. */
export class FakeSandbox implements Sandbox {
  readonly id = 'fake' as SandboxId;
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly disconnected: Promise<void>;
  readonly exited: Promise<SandboxExit>;
  readonly spec: SandboxSpec;
  outOfMemory = false;
  disposals = 0;
  #exit: (exit: SandboxExit) => void = () => undefined;

  constructor(spec: SandboxSpec) {
    this.spec = spec;
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
    this.disconnected = this.exited.then(() => undefined);
  }

  /** The process ends. */
  end(exit: Partial<SandboxExit> = {}): void {
    this.stdout.end();
    this.stderr.end();
    this.#exit({ exitCode: 0, outOfMemory: this.outOfMemory, ...exit });
  }

  memoryUsage(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.disposals += 1;
    this.end({ exitCode: 137 });
    return Promise.resolve();
  }
}

/** Makes sandboxes for a test to play. */
export class FakeDriver implements SandboxDriver {
  readonly sandboxes: FakeSandbox[] = [];
  readonly #play: (sandbox: FakeSandbox) => void;
  /** What the next starts fail with. */
  failure: Error | undefined;

  /** @param play begins to be the process of a sandbox */
  constructor(play: (sandbox: FakeSandbox) => void = () => undefined) {
    this.#play = play;
  }

  start(spec: SandboxSpec, signal?: AbortSignal): Promise<Sandbox> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const sandbox = new FakeSandbox(spec);
    this.sandboxes.push(sandbox);
    this.#play(sandbox);
    return Promise.resolve(sandbox);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.sandboxes.map((sandbox) => sandbox[Symbol.asyncDispose]()));
  }
}

/** A Lean to start, as an image could have it. */
export const someLaunch: LeanLaunch = {
  image: 'sha256:0123',
  toolchain: {
    version: '4.27.0',
    versionLine: 'Lean (version 4.27.0)',
    worker: true,
    serverOptions: ['server.reportDelayMs'],
    libraries: ['Init', 'Lean'],
  },
  jail: someJail,
};
