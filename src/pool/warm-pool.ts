/*
 * Keeps items ready before they are asked for. An item is made, is warm, is leased once, and belongs to whoever leased it;
 * there is no way back. Items come in kinds, named by a key; how many of each are kept is planned from configured ranks and
 * recent demand. A call takes a warm item of its kind at once; otherwise one is made for it, and calls of a kind are served
 * first come first served. Never: an item handed out twice, a call waiting while a warm item of its kind is there, an item
 * forgotten without being disposed.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { RecentDemand } from './recent-demand.ts';
import { retryPauseMs } from './retry-pause.ts';
import { planShares, type Share } from './share-plan.ts';

/** Something that can be kept ready. */
export interface PoolItem extends AsyncDisposable {
  /** Settles when the item is of no use any more. */
  readonly ended: Promise<unknown>;
}

export interface WarmPoolOptions<Item extends PoolItem> {
  /** How many items are kept ready, of all kinds together. 0: items are made on demand only. */
  readonly size: number;
  /** Kinds that are kept ready from the start, the most important first. */
  readonly ranked: readonly string[];
  /** Whether a kind may be kept ready when it is wanted often, though it is not ranked. */
  readonly mayKeep: (key: string) => boolean;
  /** A warm item older than this is replaced, in milliseconds. */
  readonly maxAgeMs: number;
  /** Makes an item; gives up when the signal fires. */
  readonly make: (key: string, signal: AbortSignal) => Promise<Item>;
  readonly logger: Logger;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/** The pool in numbers. */
export interface PoolStats {
  readonly warm: number;
  readonly starting: number;
  /** Handed out and not yet ended. */
  readonly leased: number;
  readonly waiting: number;
}

/** An item that now belongs to the caller, who disposes it. */
export interface Lease<Item> {
  readonly item: Item;
  /** Whether it was ready before it was asked for. */
  readonly wasWarm: boolean;
}

/** The life of an item, from the pool's side. */
type Slot<Item> =
  | { readonly key: string; readonly state: 'starting' }
  | { readonly key: string; readonly state: 'warm'; readonly item: Item; readonly expiry: NodeJS.Timeout };

interface Waiting<Item> {
  readonly key: string;
  readonly resolve: (lease: Lease<Item>) => void;
  readonly reject: (error: Error) => void;
}

/** Demand is forgotten by half in ten minutes. */
const demandHalfLifeMs = 600_000;

/** A pool of single-use items. Disposing it disposes what is warm or in the making; leased items are their owners'. */
export class WarmPool<Item extends PoolItem> implements AsyncDisposable {
  readonly #options: WarmPoolOptions<Item>;
  readonly #demand: RecentDemand;
  readonly #slots = new Set<Slot<Item>>();
  readonly #shutdown = new AbortController();
  /** Items in the making or being disposed; awaited on shutdown. */
  readonly #unsettled = new Set<Promise<void>>();
  #queue: readonly Waiting<Item>[] = [];
  #leased = 0;
  /** Kinds that could not be made last time. */
  readonly #failing = new Map<string, { failures: number; retry: NodeJS.Timeout }>();

  constructor(options: WarmPoolOptions<Item>) {
    this.#options = options;
    this.#demand = new RecentDemand(demandHalfLifeMs, options.now ?? (() => performance.now()));
  }

  get stats(): PoolStats {
    return {
      warm: this.#count('warm'),
      starting: this.#count('starting'),
      leased: this.#leased,
      waiting: this.#queue.length,
    };
  }

  /** Whether an item of this kind is ready now. */
  hasWarm(key: string): boolean {
    return this.#warmOf(key) !== undefined;
  }

  /** Whether items of this kind are kept ready as a rule, as far as they can be made. */
  offers(key: string): boolean {
    return !this.#failing.has(key) && (this.#plan().get(key) ?? 0) > 0;
  }

  /** Counts as demand for a kind although none was leased, so that it may be kept ready from now on. */
  note(key: string): void {
    this.#demand.record(key);
    this.fill();
  }

  /** Begins to make what the plan says should be ready, and drops what it no longer wants. */
  fill(): void {
    if (this.#shutdown.signal.aborted) return;
    const plan = this.#plan();
    for (const slot of this.#slots) {
      if (slot.state === 'warm' && this.#count('warm', slot.key) > (plan.get(slot.key) ?? 0)) this.#discard(slot);
    }
    for (const [key, wanted] of plan) {
      if (this.#failing.has(key)) continue;
      const present = this.#count('warm', key) + this.#count('starting', key) - this.#waitingFor(key);
      for (let missing = wanted - present; missing > 0; missing -= 1) this.#start(key);
    }
  }

  /**
   * Takes an item, for good.
   *
   * @throws AppError `shutting-down`; what making the item threw; the signal's reason
   */
  async lease(key: string, signal?: AbortSignal): Promise<Lease<Item>> {
    signal?.throwIfAborted();
    if (this.#shutdown.signal.aborted) throw shuttingDown();
    this.#demand.record(key);
    const warm = this.#warmOf(key);
    if (warm !== undefined) {
      this.#remove(warm);
      this.#handOut(warm.item);
      this.fill();
      return { item: warm.item, wasWarm: true };
    }
    return await this.#wait(key, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shutdown.abort(shuttingDown());
    for (const { retry } of this.#failing.values()) clearTimeout(retry);
    for (const { reject } of this.#queue) reject(shuttingDown());
    this.#queue = [];
    for (const slot of this.#slots) if (slot.state === 'warm') this.#discard(slot);
    while (this.#unsettled.size > 0) await Promise.allSettled(this.#unsettled);
  }

  #wait(key: string, signal: AbortSignal | undefined): Promise<Lease<Item>> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        reject(abortReason(signal));
      };
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      const waiting: Waiting<Item> = {
        key,
        resolve: (lease) => {
          settled();
          resolve(lease);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue = [...this.#queue, waiting];
      if (this.#count('starting', key) < this.#waitingFor(key)) this.#start(key);
    });
  }

  #start(key: string): void {
    const slot: Slot<Item> = { key, state: 'starting' };
    this.#slots.add(slot);
    this.#settle(
      this.#options.make(key, this.#shutdown.signal).then(
        (item) => {
          this.#slots.delete(slot);
          this.#onMade(key, item);
        },
        (error: unknown) => {
          this.#slots.delete(slot);
          this.#onFailed(key, error);
        },
      ),
    );
  }

  #onMade(key: string, item: Item): void {
    const failed = this.#failing.get(key);
    if (failed !== undefined) {
      clearTimeout(failed.retry);
      this.#failing.delete(key);
      this.#options.logger.info('A kind of sandbox can be made again', { kind: key });
    }
    if (this.#shutdown.signal.aborted) {
      this.#dispose(item);
      return;
    }
    const [first] = this.#queue.filter((waiting) => waiting.key === key);
    if (first === undefined) {
      this.#keep(key, item);
      return;
    }
    this.#queue = this.#queue.filter((waiting) => waiting !== first);
    this.#handOut(item);
    first.resolve({ item, wasWarm: false });
    this.fill();
  }

  #onFailed(key: string, error: unknown): void {
    if (this.#shutdown.signal.aborted) return;
    const [first] = this.#queue.filter((waiting) => waiting.key === key);
    this.#queue = this.#queue.filter((waiting) => waiting !== first);
    first?.reject(error instanceof Error ? error : new Error(messageOf(error)));

    const before = this.#failing.get(key);
    clearTimeout(before?.retry);
    const failures = (before?.failures ?? 0) + 1;
    const retry = setTimeout(() => {
      this.#failing.delete(key);
      this.fill();
      // Still failing, as far as is known: the next pause is longer.
      if (this.#count('starting', key) > 0) this.#failing.set(key, { failures, retry });
    }, retryPauseMs(failures));
    retry.unref();
    this.#failing.set(key, { failures, retry });
    if (failures > 1) return;
    this.#options.logger.warn('A kind of sandbox cannot be made; trying again with growing pauses', {
      kind: key,
      error: messageOf(error),
    });
  }

  /** Keeps an item that nobody waits for, if the plan still wants it. */
  #keep(key: string, item: Item): void {
    if (this.#count('warm', key) >= (this.#plan().get(key) ?? 0)) {
      this.#dispose(item);
      return;
    }
    const expiry = setTimeout(() => {
      replace();
    }, this.#options.maxAgeMs);
    expiry.unref();
    const slot: Slot<Item> = { key, state: 'warm', item, expiry };
    const replace = (): void => {
      if (!this.#slots.has(slot)) return;
      this.#discard(slot);
      this.fill();
    };
    this.#slots.add(slot);
    void item.ended.then(replace, replace);
  }

  #discard(slot: Slot<Item>): void {
    this.#remove(slot);
    if (slot.state === 'warm') this.#dispose(slot.item);
  }

  #remove(slot: Slot<Item>): void {
    this.#slots.delete(slot);
    if (slot.state === 'warm') clearTimeout(slot.expiry);
  }

  #handOut(item: Item): void {
    this.#leased += 1;
    const end = (): void => {
      this.#leased -= 1;
    };
    void item.ended.then(end, end);
  }

  #dispose(item: Item): void {
    this.#settle(
      Promise.resolve(item[Symbol.asyncDispose]()).catch((error: unknown) => {
        this.#options.logger.warn('A sandbox could not be removed', { error: messageOf(error) });
      }),
    );
  }

  #settle(work: Promise<void>): void {
    this.#unsettled.add(work);
    void work.finally(() => this.#unsettled.delete(work));
  }

  #plan(): Map<string, number> {
    const { size, ranked, mayKeep } = this.#options;
    const demanded = this.#demand.keys().filter((key) => !ranked.includes(key) && mayKeep(key));
    const shares: Share[] = [
      ...ranked.map((key, rank) => ({ key, rank, demand: this.#demand.of(key) })),
      ...demanded.map((key) => ({ key, demand: this.#demand.of(key) })),
    ];
    return planShares(size, shares);
  }

  #warmOf(key: string): (Slot<Item> & { readonly state: 'warm' }) | undefined {
    for (const slot of this.#slots) if (slot.state === 'warm' && slot.key === key) return slot;
    return undefined;
  }

  #count(state: Slot<Item>['state'], key?: string): number {
    let count = 0;
    for (const slot of this.#slots) if (slot.state === state && (key === undefined || slot.key === key)) count += 1;
    return count;
  }

  #waitingFor(key: string): number {
    return this.#queue.filter((waiting) => waiting.key === key).length;
  }
}

function shuttingDown(): AppError {
  return new AppError('shutting-down', 'The server is shutting down.');
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('aborted', 'AbortError');
}
