/* Batches by way of a queue on NATS: the gateway that takes them in, and the worker that takes checks out. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { NatsWorkQueue } from '../batches/nats/nats-work-queue.ts';
import type { Settings } from '../config/schema.ts';
import { AppError, messageOf } from '../core/app-error.ts';
import { sha256 } from '../core/sha256.ts';
import { failures } from '../core/failures/failures.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { connectNats } from '../nats/connect-nats.ts';
import { deskOf, startWorker, type BatchWork } from './batch-desk.ts';
import { natsAddress, replicasOf } from './nats-settings.ts';
import { remembered } from './remembered.ts';
import type { WiredApp } from './wire-app.ts';

/** Takes checks from a queue. Disposing ends what is under way and gives it back. */
export interface QueueWorker extends AsyncDisposable {
  /** Takes no more; resolves when those under way are done. */
  readonly drain: () => Promise<void>;
}

type QueueSettings = Pick<Settings, 'nats' | 'batches'> & { readonly servers: string };

const msPerSecond = 1000;
const msPerHour = 3_600_000;
/** How often a worker says that it is there, in milliseconds: several times within what it is believed for. */
const announceEveryMs = 15_000;
/** Whoever asks for the image that workers have, or for this machine's, is told what was so a moment ago; in milliseconds. */
const imageAgeMs = 2000;
const readyAgeMs = 1000;

/**
 * Gives batches over HTTP to a queue.
 *
 * @throws AppError `queue-unreachable`; the signal's reason
 */
export async function openGateway(app: WiredApp, settings: QueueSettings, signal: AbortSignal): Promise<BatchWork> {
  const queue = await openQueue('gateway', settings, app.logger, signal);
  const closing = new AbortController();
  const image = remembered(() => queue.roll.commonImage(), imageAgeMs);
  return {
    desk: deskOf(app, queue, image, settings, closing.signal),
    ready: remembered(() => queue.requireReachable(), readyAgeMs),
    read: () => queue.read(),
    drain: () => {
      closing.abort(
        new AppError(
          failures['shutting-down'].batchGoesOnElsewhere,
          'This server is shutting down; the batch goes on without it.',
        ),
      );
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  };
}

/**
 * Takes checks from a queue whenever this machine has a place for one.
 *
 * @throws AppError `queue-unreachable`; the signal's reason
 */
export async function openQueueWorker(
  app: WiredApp,
  settings: QueueSettings,
  signal: AbortSignal,
): Promise<QueueWorker> {
  const queue = await openQueue('worker', settings, app.logger, signal);
  const image = remembered(() => imageOf(app), imageAgeMs);
  const worker = startWorker(app, queue, image);
  const announcement = announce(queue, image, app.logger);
  const drain = async (): Promise<void> => {
    await announcement[Symbol.asyncDispose]();
    await worker.drain();
  };
  return {
    drain,
    [Symbol.asyncDispose]: async () => {
      await announcement[Symbol.asyncDispose]();
      await worker[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
    },
  };
}

/**
 * The image that checks run in here; of several environments the images of all, so that no batch has verdicts of others.
 *
 * @throws AppError `image-missing`
 */
async function imageOf({ allEnvironments }: WiredApp): Promise<string> {
  const images = await Promise.all(
    allEnvironments.map(async ({ name, find, docker }) => {
      const found = await find();
      if (found !== undefined) return { name, image: found.image };
      throw new AppError(failures['image-missing'].notAtWorker, `The sandbox image ${docker.image} is not here.`);
    }),
  );
  const [first, ...others] = images;
  if (first !== undefined && others.length === 0) return first.image;
  return sha256(JSON.stringify(images));
}

async function openQueue(
  role: 'gateway' | 'worker',
  { servers, nats, batches }: QueueSettings,
  logger: Logger,
  signal: AbortSignal,
): Promise<NatsWorkQueue> {
  const connection = await connectNats(natsAddress(servers, nats), `lean-docker-mcp ${role}`, logger, signal);
  try {
    return await NatsWorkQueue.open({
      connection,
      prefix: nats.prefix,
      role,
      replicas: replicasOf(nats, servers),
      leaseMs: nats.lease * msPerSecond,
      maxTaken: nats.max_taken,
      maxWaiting: batches.max_waiting,
      maxResultBytes: batches.max_results,
      keepMs: batches.keep_hours * msPerHour,
      logger,
    });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Says that a worker is there, for as long as it has an image, until it is disposed of. */
function announce({ roll }: NatsWorkQueue, image: () => Promise<string>, logger: Logger): AsyncDisposable {
  const name = `${hostname().replaceAll(/[^\w-]/g, '_')}-${randomUUID().slice(0, 8)}`;
  let told: string | undefined;
  const say = async (): Promise<void> => {
    const current = await image().catch(() => undefined);
    if (told !== undefined && told !== current) await roll.leave(told, name);
    if (current !== undefined) await roll.announce(current, name);
    told = current;
  };
  let saying = Promise.resolve();
  const sayNext = (): void => {
    saying = saying.then(say).catch((error: unknown) => {
      logger.debug('The queue could not be told that this worker is there', { error: messageOf(error) });
    });
  };
  sayNext();
  const timer = setInterval(sayNext, announceEveryMs);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await saying;
      if (told === undefined) return;
      const left = told;
      told = undefined;
      await roll.leave(left, name).catch(() => undefined);
    },
  };
}
