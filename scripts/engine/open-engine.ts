/*
 * The engine that the tests and `make run` use: the one that is there, else a private one, which is stopped at the end.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';

export interface OpenEngine {
  /** For people: where the engine is, and its version. */
  readonly description: string;
  /** Stops the engine if it was started here. */
  close(): Promise<void>;
}

/**
 * Finds an engine, or starts one and names it in DOCKER_HOST of this process.
 *
 * @throws Error that says why there is none
 */
export async function openEngine(): Promise<OpenEngine> {
  const given = process.env['DOCKER_HOST'] ?? '';
  const version = await engineVersion();
  if (version !== undefined) {
    return { description: `Docker ${version}${given && ` at ${given}`}`, close: () => Promise.resolve() };
  }
  if (given !== '') throw new Error(`No Docker engine answers at DOCKER_HOST=${given}.`);
  const assignments = new Map(
    (await runScript('start')).split('\n').map((line) => line.split('=') as [string, string]),
  );
  process.env['DOCKER_HOST'] = assignments.get('DOCKER_HOST');
  const close = async (): Promise<void> => {
    if (assignments.get('ENGINE_STARTED') === 'yes') await runScript('stop');
  };
  try {
    await runScript('base-image');
    return { description: `Docker ${(await engineVersion()) ?? ''}, started for this`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function engineVersion(): Promise<string | undefined> {
  try {
    const docker = await connectEngine(process.env);
    return (await docker.version()).Version;
  } catch {
    return undefined;
  }
}

/** Runs a script of this folder, shows what it says on stderr, and returns its stdout. */
async function runScript(name: string): Promise<string> {
  const running = promisify(execFile)('bash', [path.join(import.meta.dirname, name)]);
  running.child.stderr?.pipe(process.stderr);
  try {
    return (await running).stdout.trim();
  } catch {
    throw new Error(`No Docker engine: scripts/engine/${name} failed, see above.`);
  }
}
