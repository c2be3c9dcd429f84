/* Batches over HTTP: the queue that they wait in, and the worker that takes them out of it on this machine. */
import { requireIsolation, runnersOf } from '../batches/item-runner.ts';
import { LocalWorkQueue } from '../batches/local/local-work-queue.ts';
import { Worker } from '../batches/worker.ts';
import type { CheckSettings, ItemReport, WorkQueue } from '../batches/work-queue.ts';
import type { ItemResult } from '../batches/batch-item.ts';
import type { Settings } from '../config/schema.ts';
import { AppError } from '../core/app-error.ts';
import type { BatchDesk } from '../http/batch-routes.ts';
import { itemParts, keepItem, showItem, type ItemPart } from '../report/batch-item-result.ts';
import { fitResult } from '../report/fit-result.ts';
import type { ReportLimits } from '../report/structured-result.ts';
import type { WiredApp } from './wire-app.ts';

/** Batches of this server. Disposing ends what is under way. */
export interface BatchWork extends AsyncDisposable {
  readonly desk: BatchDesk;
  readonly queue: WorkQueue;
  /** Takes no more items; resolves when those under way are done. */
  readonly drain: () => Promise<void>;
}

const msPerHour = 3_600_000;
/** The image is whatever is there when an item begins, as for calls. */
const anyImage = 'any';
/** Of a recorded result; a reader has no place to read the rest, so it is more than results of calls have. */
const reportBytes = 256 * 1024;

/** Checks batches within this process. */
export function openLocalBatchWork(app: WiredApp, { batches }: Pick<Settings, 'batches'>): BatchWork {
  const queue = new LocalWorkQueue({
    maxWaiting: batches.max_waiting,
    maxResultBytes: batches.max_results,
    keepMs: batches.keep_hours * msPerHour,
  });
  const worker = startWorker(app, queue, () => Promise.resolve(anyImage));
  const closing = new AbortController();
  const drain = async (): Promise<void> => {
    closing.abort(
      new AppError('shutting-down', 'The server is shutting down, and its batches end with it.', {
        hint: 'Results that you have are right. Send the other items again when the server is back.',
      }),
    );
    await worker.drain();
  };
  return {
    queue,
    desk: deskOf(app, queue, () => Promise.resolve(anyImage), { batches }, closing.signal),
    drain,
    [Symbol.asyncDispose]: async () => {
      await worker[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
    },
  };
}

/** @param image of new batches */
function deskOf(
  { limits, service }: WiredApp,
  queue: WorkQueue,
  image: () => Promise<string>,
  { batches }: Pick<Settings, 'batches'>,
  closing: AbortSignal,
): BatchDesk {
  return {
    queue,
    image,
    requirePossible: ({ isolation }) => {
      requireIsolation(runnersOf(service), isolation);
    },
    parts: itemParts,
    limits: { ...limits, maxItems: batches.max_items },
    closing,
  };
}

function startWorker(app: WiredApp, queue: WorkQueue, image: () => Promise<string>): Worker {
  return new Worker({
    queue,
    image,
    // Before the image is known one place is; it is known with the first check.
    places: () => app.places().all,
    placesOfOne: () => app.places().ofOne,
    ready: app.ready,
    runnersFor: (principal) => runnersOf(app.toolsFor(principal).service),
    report: (result, settings) => toReport(result, settings, app.report),
    telemetry: app.telemetry,
    logger: app.logger,
  });
}

/** A result as it is recorded. */
function toReport(result: ItemResult, { parts }: CheckSettings, limits: ReportLimits): ItemReport {
  const kept = keepItem(result, limits, limits.outputCharacters + limits.messageCharacters);
  const { leanVersion, timings } = kept.result ?? {};
  const shown = fitResult(
    (room) => ({ structured: showItem(kept, new Set(parts as ItemPart[]), room), text: '' }),
    limits,
    reportBytes,
  ).structured;
  return {
    index: kept.index,
    ...shown,
    isolation: kept.isolation,
    ...(timings && { queue_ms: timings.queue }),
    ...(leanVersion !== undefined && { lean_version: leanVersion }),
  };
}
