import type { KV } from '@nats-io/kv';
import type { BatchHead, BatchId } from '../work-queue.ts';
import { encode, readHead } from './messages.ts';

/** What is written down of a batch as a number. */
type Count = 'received' | 'items' | 'cancelled';

/** How long it is believed that a batch is still wanted, in milliseconds. */
const believedMs = 2000;
const maxRemembered = 1000;

/** What is known of batches, whoever asks. */
export class BatchTable {
  readonly #bucket: KV;
  /** Batches that were asked about lately. */
  readonly #wanted = new Map<BatchId, { readonly isWanted: boolean; readonly askedAt: number }>();

  constructor(bucket: KV) {
    this.#bucket = bucket;
  }

  async add(head: BatchHead): Promise<void> {
    await this.#bucket.put(`${head.id}.head`, encode(head));
  }

  /** @returns `undefined` for a batch that is not there, whatever is given as its name */
  async head(id: BatchId): Promise<BatchHead | undefined> {
    if (!/^[\w-]{1,64}$/.test(id)) return undefined;
    const entry = await this.#bucket.get(`${id}.head`);
    return entry === null ? undefined : readHead(entry.value);
  }

  async read(id: BatchId, what: Count): Promise<number | undefined> {
    const entry = await this.#bucket.get(`${id}.${what}`);
    return entry === null ? undefined : Number(entry.string());
  }

  async write(id: BatchId, what: Count, value: number): Promise<void> {
    await this.#bucket.put(`${id}.${what}`, String(value));
  }

  /** Whether somebody waits for the results of a batch. @param maxAgeMs how long ago that may have been asked */
  async isWanted(id: BatchId, maxAgeMs = believedMs): Promise<boolean> {
    const now = performance.now();
    const known = this.#wanted.get(id);
    if (known !== undefined && (!known.isWanted || known.askedAt + maxAgeMs > now)) return known.isWanted;
    const isWanted = (await this.read(id, 'cancelled')) === undefined;
    if (this.#wanted.size >= maxRemembered) this.#wanted.clear();
    this.#wanted.set(id, { isWanted, askedAt: now });
    return isWanted;
  }
}
