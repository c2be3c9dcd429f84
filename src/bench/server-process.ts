import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '../core/app-error.ts';
import { BoundedText } from '../core/bounded-text.ts';

/** How to start the program as a server. */
export interface ServerCommand {
  /** Arguments for Node. */
  readonly args: readonly string[];
  /** Environment variables on top of this process's. */
  readonly env: Readonly<Record<string, string>>;
}

/** For a server to end once it was asked to; the containers of one that is killed end by themselves. In milliseconds. */
const patienceMs = 20_000;

/** How much of what a server logs is shown when it fails. */
const keptLogBytes = 4096;

/** A server under measurement: a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has logged, as far as it is kept. */
  readonly readLog: () => string;
}

/** Starts it, with pipes. */
export function startServer({ args, env }: ServerCommand): ServerProcess {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  const log = new BoundedText(keptLogBytes);
  child.stderr.on('data', (bytes: Buffer) => {
    log.append(bytes);
  });
  return { child, readLog: () => log.kept().text };
}

/** What measuring throws when the server is gone. @param log what it has logged */
export function serverEnded(log: string): AppError {
  return new AppError('internal', 'The server under measurement ended.', { hint: `Its log: ${log}` });
}

/** Ends it. @param ask asks it to end; it is killed when it does not in time */
export async function endServer({ child }: ServerProcess, ask: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  ask();
  const killing = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exited;
  clearTimeout(killing);
}
