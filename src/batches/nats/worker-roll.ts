import type { KV } from '@nats-io/kv';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { imageToken } from './names.ts';

/** Which workers there are. Who has not said for a minute that it is there is not. */
export class WorkerRoll {
  readonly #bucket: KV;

  constructor(bucket: KV) {
    this.#bucket = bucket;
  }

  /** Says that a worker is there which has an image. */
  async announce(image: string, worker: string): Promise<void> {
    await this.#bucket.put(`${imageToken(image)}.${worker}`, image);
  }

  async leave(image: string, worker: string): Promise<void> {
    await this.#bucket.purge(`${imageToken(image)}.${worker}`);
  }

  /** How many workers have each image, by the beginning of its id. */
  async counts(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for await (const key of await this.#bucket.keys()) {
      const [image = ''] = key.split('.');
      counts.set(image, (counts.get(image) ?? 0) + 1);
    }
    return counts;
  }

  /** The image that most workers have, so that no batch has verdicts of two. @throws AppError `queue-unreachable` when there are none */
  async commonImage(): Promise<string> {
    const [most] = [...(await this.counts())].sort(([, one], [, other]) => other - one);
    if (most !== undefined) return most[0];
    throw new AppError(failures['queue-unreachable'].noWorker, 'No worker takes checks from the queue now.', {
      retryAfterS: 10,
    });
  }
}
