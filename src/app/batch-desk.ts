/* What every way of checking batches over HTTP is made of here: where they are taken in, and who takes them out of a queue. */
import { runnersOf } from '../batches/item-runner.ts';
import { Worker } from '../batches/worker.ts';
import type { CheckSettings, ItemReport, QueueReadings, WorkQueue } from '../batches/work-queue.ts';
import type { ItemResult } from '../batches/batch-item.ts';
import type { Settings } from '../config/schema.ts';
import type { BatchDesk } from '../http/batch-routes.ts';
import { itemParts, keepItem, showItem, type ItemPart } from '../report/batch-item-result.ts';
import { fitResult } from '../report/fit-result.ts';
import type { ReportLimits } from '../report/structured-result.ts';
import { findEnvironment } from './configured-environments.ts';
import type { WiredApp } from './wire-app.ts';

/** Batches of this server. Disposing ends what is under way. */
export interface BatchWork extends AsyncDisposable {
  readonly desk: BatchDesk;
  /** Throws AppError when requests should not be sent here now. */
  readonly ready: () => Promise<void>;
  readonly read: () => Promise<QueueReadings>;
  /** Takes no more items; resolves when those under way are done. */
  readonly drain: () => Promise<void>;
}

/** Of a recorded result; a reader has no place to read the rest, so it is more than results of calls have. */
const reportBytes = 256 * 1024;

/** @param image of new batches */
export function deskOf(
  { limits, allEnvironments }: WiredApp,
  queue: WorkQueue,
  image: () => Promise<string>,
  { batches }: Pick<Settings, 'batches'>,
  closing: AbortSignal,
): BatchDesk {
  return {
    queue,
    image,
    requireEnvironment: (name) => void findEnvironment(allEnvironments, name),
    parts: itemParts,
    limits: { ...limits, maxItems: batches.max_items },
    closing,
  };
}

/** @param image that is asked for when there is room for a check */
export function startWorker(app: WiredApp, queue: WorkQueue, image: () => Promise<string>): Worker {
  return new Worker({
    queue,
    image,
    // Before the image is known one place is; it is known with the first check.
    places: () => app.places().all,
    placesOfOne: () => app.places().ofOne,
    ready: app.ready,
    runnersFor: (principal) => runnersOf(app.toolsFor(principal).service, app.sandboxesAtFullSpeed),
    report: (result, settings) => toReport(result, settings, app.report),
    telemetry: app.telemetry,
    logger: app.logger,
  });
}

/** A result as it is recorded. */
async function toReport(result: ItemResult, { parts }: CheckSettings, limits: ReportLimits): Promise<ItemReport> {
  const kept = keepItem(result, limits, limits.outputCharacters + limits.messageCharacters);
  const { leanVersion, timings } = kept.result ?? {};
  const { structured } = await fitResult(
    (room) => ({ structured: showItem(kept, new Set(parts as ItemPart[]), room), text: '' }),
    limits,
    reportBytes,
  );
  return {
    index: kept.index,
    ...structured,
    isolation: kept.isolation,
    ...(timings && { queue_ms: timings.queue }),
    ...(leanVersion !== undefined && { lean_version: leanVersion }),
  };
}
