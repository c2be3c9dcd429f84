import { BoundedText } from '../core/bounded-text.ts';
import type { Deadline } from '../core/deadline.ts';
import type { SandboxDriver, SandboxSpec } from '../sandbox/sandbox.ts';

/** What a command printed, and how it ended. */
export interface CommandRun {
  /** `undefined` when it was stopped or lost. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const keptBytes = 256 * 1024;

/**
 * Runs a command in a sandbox of its own until it ends or the deadline has come.
 *
 * @param stdin what it reads
 * @throws what {@link SandboxDriver.start} throws
 */
export async function runCommand(
  driver: SandboxDriver,
  spec: SandboxSpec,
  deadline: Deadline,
  stdin = '',
): Promise<CommandRun> {
  await using sandbox = await driver.start(spec, deadline.signal);
  const stdout = new BoundedText(keptBytes);
  const stderr = new BoundedText(keptBytes);
  const streamsEnded = Promise.all([collect(sandbox.stdout, stdout), collect(sandbox.stderr, stderr)]);
  sandbox.stdin.end(stdin);
  const stop = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    const onStop = (): void => {
      resolve(undefined);
    };
    if (deadline.signal.aborted) onStop();
    else deadline.signal.addEventListener('abort', onStop, { once: true, signal: stop.signal });
  });
  const exit = await Promise.race([stopped, Promise.all([sandbox.exited, streamsEnded]).then(([ended]) => ended)]);
  stop.abort();
  return { exitCode: exit?.exitCode, stdout: stdout.kept().text, stderr: stderr.kept().text };
}

function collect(stream: NodeJS.ReadableStream, text: BoundedText): Promise<void> {
  return new Promise((resolve) => {
    stream
      .on('data', (bytes: Buffer) => {
        text.append(bytes);
      })
      .once('end', resolve)
      .once('close', resolve);
  });
}
