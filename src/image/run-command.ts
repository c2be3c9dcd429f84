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

const maxKeptBytes = 256 * 1024;

/**
 * Runs a command, which gets nothing to read, in a sandbox of its own until it ends or the deadline has come.
 *
 * @param options.signal gives up the making of the sandbox
 * @throws what {@link SandboxDriver.start} throws
 */
export async function runCommand(
  driver: SandboxDriver,
  spec: SandboxSpec,
  { deadline, signal }: { deadline: Deadline; signal?: AbortSignal | undefined },
): Promise<CommandRun> {
  await using sandbox = await driver.start(spec, signal);
  const stdout = new BoundedText(maxKeptBytes);
  const stderr = new BoundedText(maxKeptBytes);
  const streamsEnded = Promise.all([collect(sandbox.stdout, stdout), collect(sandbox.stderr, stderr)]);
  sandbox.stdin.end();
  const ended = Promise.all([sandbox.exited, streamsEnded]).then(([exit]) => exit.exitCode);
  const end = await deadline.race(ended);
  return { exitCode: 'value' in end ? end.value : undefined, stdout: stdout.kept().text, stderr: stderr.kept().text };
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
