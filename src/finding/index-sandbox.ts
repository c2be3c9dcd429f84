/*
 * Has the elaborator of an image list what its libraries declare, in a sandbox in the same jail as everything: no text of a
 * caller goes in, and what comes out is bytes that may be anything.
 */
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { BoundedText } from '../core/bounded-text.ts';
import type { Deadline } from '../core/deadline.ts';
import { formatBytes } from '../core/bytes.ts';
import { makeVisible } from '../core/visible-text.ts';
import { consume } from '../lean/consume.ts';
import { keptServer } from '../lean/keeper.ts';
import { elaboratorPath, leanSandbox, type LeanLaunch } from '../lean/lean-launch.ts';
import type { Sandbox, SandboxDriver } from '../sandbox/sandbox.ts';
import type { WriteIndex } from './index-folder.ts';

/** How far it is. */
export type OnIndexProgress = (progress: { readonly done: number; readonly total: number }) => void;

export interface IndexingOptions {
  readonly deadline: Deadline;
  /** Gives up the making of the sandbox. */
  readonly signal: AbortSignal;
  readonly onProgress: OnIndexProgress;
}

const maxKeptStderr = 4 * 1024;

/**
 * Lists the declarations of all libraries of an image.
 *
 * @returns writes the list. Throws AppError `index-unavailable` when there is none in time, what {@link SandboxDriver.start}
 *   throws, and the signal's reason
 */
export function indexLibraries(
  driver: SandboxDriver,
  launch: LeanLaunch,
  { deadline, signal, onProgress }: IndexingOptions,
): WriteIndex {
  return async (take, builder) => {
    const command = keptServer([elaboratorPath, 'index', ...launch.toolchain.libraries]);
    await using sandbox = await driver.start(leanSandbox(launch, command, 'index'), signal);
    const stderr = new BoundedText(maxKeptStderr);
    const stderrEnded = consume(sandbox.stderr, (bytes) => {
      stderr.append(bytes);
    });
    const received = await deadline.race(
      receive(sandbox, async (bytes) => {
        await take(bytes);
        if (builder.progress !== undefined) onProgress(builder.progress);
        return builder.isEnded;
      }),
    );
    if ('stopped' in received) throw notMade(received.stopped === 'timed-out' ? 'it takes too long' : 'it was stopped');
    if (builder.isEnded) return;
    const ended = await deadline.race(Promise.all([sandbox.exited, stderrEnded]));
    if ('stopped' in ended) throw notMade('its output ended before it was done');
    const [{ outOfMemory, exitCode }] = ended.value;
    const said = makeVisible(stderr.kept().text).trim();
    const limit = formatBytes(launch.jail.limits.memory);
    const how = outOfMemory
      ? `it needs more than the ${limit} of memory that its sandbox has`
      : `it ended (exit code ${exitCode ?? 'unknown'})`;
    throw notMade(said === '' ? how : `${how}: ${said}`);
  };
}

/** Takes what comes, at the pace at which it is taken, until that is all that is wanted or there is no more. */
async function receive({ stdout }: Sandbox, take: (bytes: Buffer) => Promise<boolean>): Promise<void> {
  const pieces = (stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    // A stream that breaks off is one that ends: how the sandbox ended says why.
    const next = await pieces.next().catch(() => ({ done: true }) as const);
    if (next.done === true || (await take(next.value))) return;
  }
}

export function notMade(why: string): AppError {
  return new AppError(
    failures['index-unavailable'].notMade,
    `The declarations of the image’s libraries could not be listed: ${why}.`,
  );
}
