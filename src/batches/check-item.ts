import { setTimeout as pause } from 'node:timers/promises';
import { abortReason } from '../core/abortable.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { patiently } from '../core/patiently.ts';
import type { CallContext, CodeRequest } from '../execution/execution-service.ts';
import type { BatchItem, ItemResult } from './batch-item.ts';
import type { ItemRunner } from './item-runner.ts';
import { placeBehindHeader } from './placed-header.ts';

/** How items of a batch are checked. */
export interface ItemSettings {
  /** What stands before each item's code. */
  readonly header: string;
  /** For each item, in milliseconds; absent: the configured limit. */
  readonly timeoutMs?: number | undefined;
  /** Where they are elaborated; absent: where code is of callers who name nothing. */
  readonly environment?: string | undefined;
}

/** Pauses before an item is tried again that came to nothing through no fault of its own, in milliseconds. */
const retryPausesMs: readonly number[] = [500, 1000, 2000];

/**
 * Checks an item until something is known about it. One that waits for its turn or for its caller's quota waits as long as
 * it takes; one whose sandbox was lost, or could not be made, is tried again a few times and is then not checked.
 *
 * @throws the signal's reason when the caller gives up
 */
export async function checkItem(
  item: BatchItem,
  { header, timeoutMs, environment }: ItemSettings,
  runner: ItemRunner,
  context: CallContext,
  pausesMs = retryPausesMs,
): Promise<ItemResult> {
  const { text, toItem } = placeBehindHeader(header, item.code);
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  const request: CodeRequest = { code: text, args: [], stdin: '', environment, ...limit };
  for (let tries = 1; ; tries += 1) {
    const run = await runPatiently(request, runner, context);
    const pauseMs = pausesMs[tries - 1];
    if ('error' in run) {
      if (pauseMs === undefined || !mayPass(run.error)) {
        return { item, end: { kind: 'not-checked', error: run.error }, isolation: 'item', tries };
      }
    } else {
      const { result, isolation } = run;
      if (!(result.outcome === 'crashed' && result.lost === true)) {
        return { item, end: { kind: 'ended', result: toItem(result) }, isolation, tries };
      }
      if (pauseMs === undefined) return { item, end: { kind: 'not-checked', error: lost(tries) }, isolation, tries };
    }
    await pause(pauseMs, undefined, { signal: context.signal }).catch(() => {
      throw abortReason(context.signal);
    });
  }
}

type Run = Awaited<ReturnType<ItemRunner['run']>> | { readonly error: AppError };

/** Runs an item when there is room for it. */
async function runPatiently(request: CodeRequest, runner: ItemRunner, context: CallContext): Promise<Run> {
  const { signal } = context;
  try {
    return await patiently(async () => {
      const run = await runner.run(request, context);
      if (run.result.outcome === 'cancelled') throw abortReason(signal);
      return run;
    }, signal);
  } catch (error) {
    if (signal.aborted) throw abortReason(signal);
    if (!(error instanceof AppError)) throw error;
    return { error };
  }
}

/** Whether the engine may do better the next time. */
function mayPass({ code }: AppError): boolean {
  return code === 'engine-failed' || code === 'engine-unreachable';
}

function lost(tries: number): AppError {
  return new AppError(
    failures['engine-failed'].sandboxOfItemLost,
    `The engine lost the sandbox of this item ${tries} times.`,
  );
}
