/* Batches over HTTP: the queue that they wait in, and the worker that takes them out of it on this machine. */
import { LocalWorkQueue } from '../batches/local/local-work-queue.ts';
import type { Settings } from '../config/schema.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { deskOf, startWorker, type BatchWork } from './batch-desk.ts';
import type { WiredApp } from './wire-app.ts';

const msPerHour = 3_600_000;
/** The image is whatever is there when an item begins, as for calls. */
const anyImage = 'any';

/**
 * Checks batches where the settings say: in this process, or by way of a queue elsewhere; takes checks from one if it shall.
 *
 * @throws AppError `queue-unreachable`; the signal's reason
 */
export async function openBatchWork(app: WiredApp, settings: Settings, signal: AbortSignal): Promise<BatchWork> {
  const { queue, work } = settings.nats;
  if (queue === undefined && work === undefined) return openLocalBatchWork(app, settings);
  const { openGateway, openQueueWorker } = await import('./queue-work.ts');
  // First: it makes the queue that a worker looks for.
  const taken =
    queue === undefined
      ? openLocalBatchWork(app, settings)
      : await openGateway(app, { ...settings, servers: queue }, signal);
  if (work === undefined) return taken;
  try {
    const worker = await openQueueWorker(app, { ...settings, servers: work }, signal);
    return {
      ...taken,
      // Calls come here, too.
      ready: app.ready,
      drain: async () => {
        await Promise.all([taken.drain(), worker.drain()]);
      },
      [Symbol.asyncDispose]: async () => {
        await Promise.all([taken[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
      },
    };
  } catch (error) {
    await taken[Symbol.asyncDispose]();
    throw error;
  }
}

/** Checks batches within this process. */
function openLocalBatchWork(app: WiredApp, { batches }: Pick<Settings, 'batches'>): BatchWork {
  const queue = new LocalWorkQueue({
    maxWaiting: batches.max_waiting,
    maxResultBytes: batches.max_results,
    keepMs: batches.keep_hours * msPerHour,
  });
  const worker = startWorker(app, queue, () => Promise.resolve(anyImage));
  const closing = new AbortController();
  const drain = async (): Promise<void> => {
    closing.abort(
      new AppError(failures['shutting-down'].batchEnds, 'The server is shutting down, and its batches end with it.'),
    );
    await worker.drain();
  };
  return {
    desk: deskOf(app, queue, () => Promise.resolve(anyImage), { batches }, closing.signal),
    ready: app.ready,
    read: () => queue.read(),
    drain,
    [Symbol.asyncDispose]: async () => {
      await worker[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
    },
  };
}
