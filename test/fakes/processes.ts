/*
 * Sandboxes that are none: processes of this machine, in a folder of their own, with the command lines that containers get.
 * For tests of what happens between this program and Lean, where it does not matter what jails it.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SandboxId } from '../../src/core/ids.ts';
import { elaboratorPath } from '../../src/lean/lean-launch.ts';
import { leanPath } from '../../src/lean/lean-launch.ts';
import type { Sandbox, SandboxDriver, SandboxExit, SandboxSpec } from '../../src/sandbox/sandbox.ts';

/** Starts the Lean of a toolchain's folder. Disposing kills what is left. */
export class ProcessDriver implements SandboxDriver {
  /** How many were started. */
  started = 0;
  readonly #programs: ReadonlyMap<string, string>;
  readonly #living = new Set<Sandbox>();

  /** @param elaborator where an elaborator of this toolchain is */
  constructor(toolchainDir: string, elaborator = path.join(toolchainDir, 'bin', 'elaborator')) {
    this.#programs = new Map([
      [leanPath, path.join(toolchainDir, 'bin', 'lean')],
      [elaboratorPath, elaborator],
    ]);
  }

  /** How many have not ended. */
  get living(): number {
    return this.#living.size;
  }

  async start({ command, env }: SandboxSpec, signal?: AbortSignal): Promise<Sandbox> {
    signal?.throwIfAborted();
    this.started += 1;
    const cwd = await mkdtemp(path.join(tmpdir(), 'lean-process-'));
    const [file = '', ...args] = command.map((word) => this.#programs.get(word) ?? word);
    // A group of its own, so that what it leaves behind goes with it.
    const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, detached: true });
    child.stdin.on('error', () => undefined);
    const exited = new Promise<SandboxExit>((resolve) => {
      child.once('error', () => {
        resolve({ exitCode: undefined, outOfMemory: false });
      });
      child.once('exit', (code) => {
        resolve({ exitCode: code ?? 137, outOfMemory: false });
      });
    });
    const kill = async (): Promise<void> => {
      if (child.pid !== undefined) killGroup(child.pid);
      await exited;
      this.#living.delete(sandbox);
      await rm(cwd, { recursive: true, force: true });
    };
    const sandbox: Sandbox = {
      id: `process-${child.pid ?? 0}` as SandboxId,
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      disconnected: exited.then(() => undefined),
      exited,
      outOfMemory: false,
      memoryUsage: () => Promise.resolve(undefined),
      [Symbol.asyncDispose]: kill,
    };
    this.#living.add(sandbox);
    return sandbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#living].map((sandbox) => sandbox[Symbol.asyncDispose]()));
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
