/*
 * An engine of a test's own, which it may stop, kill and start again. Only where one can be started: as root, on a system
 * that has dockerd.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { connectEngine } from '../../../src/sandbox/docker/engine.ts';

const scripts = path.join(import.meta.dirname, '..', '..', '..', 'scripts', 'engine');

export interface PrivateEngine extends AsyncDisposable {
  readonly socketPath: string;
  readonly docker: Docker;
  start(): Promise<void>;
  /** Ends it with a signal and waits until it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Why no engine can be started here; `undefined` when one can. */
export function whyNoPrivateEngine(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can start an engine';
  try {
    execFileSync('dockerd', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no dockerd';
  }
}

/**
 * Starts an engine that has this image of the tests' engine.
 *
 * @param configuration what its file daemon.json says
 */
export async function startPrivateEngine(image: string, configuration: object = {}): Promise<PrivateEngine> {
  // Short, because the system takes no more than 107 bytes for the path of a socket.
  const home = mkdtempSync('/tmp/ldm-');
  const folder = path.join(home, 'lean-docker-mcp', 'engine');
  const socketPath = path.join(folder, 'docker.sock');
  const pidFile = path.join(folder, 'docker.pid');
  const configurationFile = path.join(home, 'daemon.json');
  writeFileSync(configurationFile, JSON.stringify(configuration));
  const run = (script: string, ...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('bash', [path.join(scripts, script), ...args], {
      env: { ...process.env, XDG_CACHE_HOME: home },
    });
  const engine: PrivateEngine = {
    socketPath,
    docker: new Docker({ socketPath }),
    start: async () => {
      await run('start', '--config-file', configurationFile);
    },
    end: async (signal) => {
      const pid = Number(readFileSync(pidFile, 'utf8'));
      process.kill(pid, signal);
      while (isAlive(pid)) await pause(50);
    },
    [Symbol.asyncDispose]: async () => {
      await run('stop').catch(() => undefined);
      for (const pid of processesOf(home)) killIfThere(pid);
      for (const mount of mountsIn(home)) execFileSync('umount', ['--lazy', mount]);
      await rm(home, { recursive: true, force: true });
    },
  };
  await engine.start();
  const saved = await (await connectEngine(process.env)).getImage(image).get();
  await finished(await engine.docker.loadImage(saved));
  return engine;
}

async function finished(progress: NodeJS.ReadableStream): Promise<void> {
  await new Promise((resolve, reject) => {
    progress.on('data', () => undefined);
    progress.once('end', resolve).once('error', reject);
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** What an engine that was killed leaves mounted, the last first. */
function mountsIn(home: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return mounts.filter((mount) => mount.startsWith(home)).reverse();
}

/** What an engine that was killed leaves running names its folder on the command line. */
function processesOf(home: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && commandLine(pid).includes(home));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
