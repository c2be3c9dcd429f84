/** Workers of `fake-worker.ts`, as processes that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { build } from 'esbuild';
import type { Machine } from '../support/machines.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { FakeWorkerSettings } from './fake-worker.ts';

/** Disposing kills those that still run. */
export interface FakeWorkers extends AsyncDisposable {
  /** Starts one more; resolves when it takes checks. @param machine where; absent: here */
  add(machine?: Machine): Promise<void>;
  /** Kills the one that has run the longest, without another word. @returns whether there was one */
  killOldest(): Promise<boolean>;
  /** How many run. */
  readonly count: number;
}

export async function fakeWorkers(settings: FakeWorkerSettings): Promise<FakeWorkers> {
  const folder = await temporaryFolder();
  const outfile = path.join(folder.path, 'fake-worker.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'fake-worker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const running: ChildProcess[] = [];
  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    get count() {
      return running.length;
    },
    add: async (machine) => {
      const [program, ...args] = [...(machine?.command ?? []), process.execPath, outfile];
      const child = spawn(program, [...args, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
      running.push(child);
      child.once('exit', () => running.splice(running.indexOf(child), 1));
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    },
    killOldest: async () => {
      const [oldest] = running;
      if (oldest !== undefined) await kill(oldest);
      return oldest !== undefined;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map(kill));
      await folder[Symbol.asyncDispose]();
    },
  };
}
