import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { AppError } from '../src/core/app-error.ts';
import { BoundedText } from '../src/core/bounded-text.ts';

/** How to start the program as a server. */
export interface ServerCommand {
  /** Arguments for Node. */
  readonly args: readonly string[];
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** For a server to end once it was asked to; the containers of one that is killed end by themselves. In milliseconds. */
export const patienceMs = 20_000;

/** How much of what a server logs is shown when it fails. */
const maxKeptLogBytes = 4096;

/** A server under measurement: a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcessByStdio<null, null, Readable>;
  /** What it has logged, as far as it is kept. */
  readonly readLog: () => string;
}

/** Keeps what a server logs. @returns what reads it */
export function keepLog(stderr: Readable): () => string {
  const log = new BoundedText(maxKeptLogBytes);
  stderr.on('data', (bytes: Buffer) => {
    log.append(bytes);
  });
  return () => log.kept().text;
}

/** Starts it without stdin and stdout. */
export function startServer({ args, env }: ServerCommand): ServerProcess {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  return { child, readLog: keepLog(child.stderr) };
}

/** What measuring throws when the server is gone. @param log what it has logged */
export function serverEnded(log: string): AppError {
  return new AppError({ code: 'internal', hint: `Its log: ${log}` }, 'The server under measurement ended.');
}

/** Asks it to end; it is killed when it does not in time. */
export async function endServer({ child }: ServerProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exited;
  clearTimeout(killing);
}
