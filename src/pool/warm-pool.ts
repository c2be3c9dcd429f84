/*
 * Keeps items ready before they are asked for. An item is made, is warm, is leased once, and belongs to whoever leased it;
 * there is no way back. Items come in kinds, named by a key; how many of each are kept is planned from configured ranks and
 * recent demand. A call takes a warm item of its kind at once; otherwise one is made for it. Borrowers that have taken far
 * less of a kind lately than others are served before them, and find the last warm item of the kind; everybody else is
 * served first come first served, and nobody lets others go first for ever. Never: an item handed out twice, a call waiting
 * while a warm item is there that is not kept for such a borrower, an item forgotten without being disposed.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { CreationBackoff, shortLifeMs } from './creation-backoff.ts';
import { RecentDemand } from './recent-demand.ts';
import { planShares, type Share } from './share-plan.ts';
import { RecentBorrowing } from './recent-borrowing.ts';
import { WaitingCalls, type WaitingCall } from './waiting-calls.ts';

/** Something that can be kept ready. */
export interface PoolItem extends AsyncDisposable {
  /** Settles when the item is of no use any more. */
  readonly ended: Promise<unknown>;
}

export interface WarmPoolOptions<Item extends PoolItem> {
  /** How many items are kept ready at first, of all kinds together. 0: items are made on demand only. */
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

/** Who leases an item, and until when it waits for one. */
export interface LeaseRequest {
  /** Borrowers share the pool fairly. */
  readonly borrower: string;
  readonly signal?: AbortSignal | undefined;
}

/** The life of an item, from the pool's side. */
type Slot<Item> = { readonly key: string; readonly state: 'starting' } | WarmSlot<Item>;

interface WarmSlot<Item> {
  readonly key: string;
  readonly state: 'warm';
  readonly item: Item;
  readonly keptAt: number;
  readonly timers: readonly NodeJS.Timeout[];
  /** Whether it is time for a successor. */
  isOld: boolean;
}

/** The part of its age limit after which a warm item gets a successor, so that its kind is not missing when it goes. */
const renewalAge = 0.8;

/** Making an item takes CPU time that the call which took the last one needs; short calls are over by then. In milliseconds. */
export const refillDelayMs = 100;

/** Demand is forgotten by half in ten minutes. */
const demandHalfLifeMs = 600_000;

/** A pool of single-use items. Disposing it disposes what is warm or in the making; leased items are their owners'. */
export class WarmPool<Item extends PoolItem> implements AsyncDisposable {
  readonly #options: WarmPoolOptions<Item>;
  readonly #now: () => number;
  readonly #demand: RecentDemand;
  readonly #borrowing: RecentBorrowing;
  readonly #slots = new Set<Slot<Item>>();
  readonly #waiting = new WaitingCalls<Lease<Item>>();
  readonly #backoff: CreationBackoff;
  readonly #shutdown = new AbortController();
  /** Items in the making or being disposed; awaited on shutdown. */
  readonly #unsettled = new Set<Promise<void>>();
  #size: number;
  #leased = 0;
  #refilling: NodeJS.Timeout | undefined;

  constructor(options: WarmPoolOptions<Item>) {
    this.#options = options;
    this.#size = options.size;
    this.#now = options.now ?? (() => performance.now());
    this.#demand = new RecentDemand(demandHalfLifeMs, this.#now);
    this.#borrowing = new RecentBorrowing(this.#now);
    this.#backoff = new CreationBackoff({
      retry: (key) => this.#retry(key),
      onRecovered: () => {
        this.fill();
      },
      logger: options.logger,
    });
  }

  get stats(): PoolStats {
    return {
      warm: this.#count('warm'),
      starting: this.#count('starting'),
      leased: this.#leased,
      waiting: this.#waiting.count(),
    };
  }

  /** Whether an item of this kind is ready for this borrower now. */
  hasWarm(key: string, borrower: string): boolean {
    return this.#count('warm', key) > this.#kept(key, borrower);
  }

  /** Whether borrowers who take little and others who take much come at the same time. */
  get isShared(): boolean {
    return this.#borrowing.isUneven;
  }

  /** Whether items of this kind are kept ready as a rule, as far as they can be made. */
  offers(key: string): boolean {
    return !this.#backoff.isFailing(key) && (this.#plan().get(key) ?? 0) > 0;
  }

  /** Counts as demand for a kind although none was leased, so that it may be kept ready from now on. */
  note(key: string): void {
    this.#demand.record(key);
    this.fill();
  }

  /** How many items are to be kept ready from the next {@link fill} on, which is at the latest the next lease's. */
  resize(size: number): void {
    this.#size = size;
  }

  /** Begins to make what the plan says should be ready, and drops what it no longer wants, the oldest first. */
  fill(): void {
    if (this.#shutdown.signal.aborted) return;
    const plan = this.#plan();
    for (const slot of this.#slots) {
      if (slot.state === 'warm' && this.#count('warm', slot.key) > (plan.get(slot.key) ?? 0)) this.#discard(slot);
    }
    for (const [key, wanted] of plan) {
      if (this.#backoff.isFailing(key)) continue;
      for (let missing = wanted - this.#present(key); missing > 0; missing -= 1) this.#start(key);
    }
    if (this.#count('starting') === 0) this.#renewOldest();
  }

  /**
   * Takes an item, for good.
   *
   * @throws AppError `shutting-down`; what making the item threw; the signal's reason
   */
  async lease(key: string, { borrower, signal }: LeaseRequest): Promise<Lease<Item>> {
    signal?.throwIfAborted();
    if (this.#shutdown.signal.aborted) throw shuttingDown();
    this.#demand.record(key);
    const leasing = this.#waiting.wait(key, borrower, signal);
    this.#serve(key, true);
    this.#startForWaiting(key);
    if (this.#waiting.count(key) > 0) this.fill();
    else this.#fillSoon();
    return await leasing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shutdown.abort(shuttingDown());
    clearTimeout(this.#refilling);
    this.#backoff[Symbol.dispose]();
    this.#waiting.rejectAll(shuttingDown());
    for (const slot of this.#slots) if (slot.state === 'warm') this.#discard(slot);
    while (this.#unsettled.size > 0) await Promise.allSettled(this.#unsettled);
  }

  #fillSoon(): void {
    this.#refilling ??= setTimeout(() => {
      this.#refilling = undefined;
      this.fill();
    }, refillDelayMs).unref();
  }

  /** Hands out what is ready to those that wait for it, in their order. */
  #serve(key: string, wasWarm: boolean): void {
    for (;;) {
      const [next, warm] = [this.#nextInLine(key), this.#warmOf(key)];
      if (next === undefined || warm === undefined) return;
      if (!this.#waiting.mustBeNext(next) && !this.hasWarm(key, next.borrower)) {
        if (!wasWarm) this.#waiting.passOver(key);
        return;
      }
      this.#waiting.passOver(key, next);
      this.#handOut(warm, next, wasWarm);
    }
  }

  #nextInLine(key: string): WaitingCall<Lease<Item>> | undefined {
    return this.#waiting.next(key, (borrower) => this.#borrowing.of(key, borrower));
  }

  /** Sees to it that one is in the making for each call that waits. */
  #startForWaiting(key: string): void {
    for (let missing = this.#waiting.count(key) - this.#count('starting', key); missing > 0; missing -= 1) {
      this.#start(key);
    }
  }

  #start(key: string): void {
    const slot: Slot<Item> = { key, state: 'starting' };
    this.#slots.add(slot);
    this.#settle(
      this.#make(key).then(
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

  /** Throws also when the item is of no use by the time that it is there. */
  async #make(key: string): Promise<Item> {
    const item = await this.#options.make(key, this.#shutdown.signal);
    if (!(await isSettled(item.ended))) return item;
    this.#dispose(item);
    throw new AppError('engine-failed', 'A sandbox ended as soon as it was made.', {
      hint: 'Try again; when it keeps failing, `lean-docker-mcp doctor` checks the engine and the image.',
    });
  }

  #onMade(key: string, item: Item): void {
    if (this.#shutdown.signal.aborted) {
      this.#dispose(item);
      return;
    }
    this.#keep(key, item);
    this.#serve(key, false);
    this.#startForWaiting(key);
    this.#backoff.made(key);
    this.fill();
  }

  #onFailed(key: string, error: unknown): void {
    if (this.#shutdown.signal.aborted) return;
    // The others are served by what is still in the making.
    if (this.#count('starting', key) < this.#waiting.count(key)) {
      const next = this.#nextInLine(key);
      const kept = this.#warmOf(key);
      if (next !== undefined && kept !== undefined) this.#handOut(kept, next, false);
      else next?.reject(error instanceof Error ? error : new Error(messageOf(error)));
    }
    this.#backoff.failed(key, error);
  }

  /** One attempt at a kind that could not be made. @returns whether there is one, because it is still wanted */
  #retry(key: string): boolean {
    if (this.#present(key) < (this.#plan().get(key) ?? 0)) this.#start(key);
    return this.#count('starting', key) > 0;
  }

  /** Makes a successor for the oldest item that is due for one: one at a time, because items in excess take memory too. */
  #renewOldest(): void {
    for (const slot of this.#slots) {
      if (slot.state === 'starting' || !slot.isOld || this.#backoff.isFailing(slot.key)) continue;
      this.#start(slot.key);
      return;
    }
  }

  /** Keeps an item that nobody waits for, until the plan drops it. */
  #keep(key: string, item: Item): void {
    const { maxAgeMs } = this.#options;
    const renewal = setTimeout(() => {
      slot.isOld = true;
      this.fill();
    }, renewalAge * maxAgeMs).unref();
    const expiry = setTimeout(() => {
      this.#discard(slot);
      this.fill();
    }, maxAgeMs).unref();
    const timers = [renewal, expiry];
    const slot: WarmSlot<Item> = { key, state: 'warm', item, keptAt: this.#now(), timers, isOld: false };
    const onEnd = (): void => {
      if (!this.#slots.has(slot)) return;
      this.#discard(slot);
      if (this.#now() - slot.keptAt < shortLifeMs) this.#backoff.endedEarly(key);
      this.fill();
    };
    this.#slots.add(slot);
    void item.ended.then(onEnd, onEnd);
  }

  #discard(slot: WarmSlot<Item>): void {
    this.#remove(slot);
    this.#dispose(slot.item);
  }

  #remove(slot: WarmSlot<Item>): void {
    this.#slots.delete(slot);
    for (const timer of slot.timers) clearTimeout(timer);
  }

  #handOut(slot: WarmSlot<Item>, call: WaitingCall<Lease<Item>>, wasWarm: boolean): void {
    const { item } = slot;
    this.#remove(slot);
    this.#leased += 1;
    this.#borrowing.record(slot.key, call.borrower);
    call.resolve({ item, wasWarm });
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
    const { ranked, mayKeep } = this.#options;
    const demanded = this.#demand.keys().filter((key) => !ranked.includes(key) && mayKeep(key));
    const share = (key: string): Share => ({ key, demand: this.#demand.of(key), present: this.#present(key) });
    return planShares(this.#size, [...ranked.map((key, rank) => ({ ...share(key), rank })), ...demanded.map(share)]);
  }

  /** How many ready items of a kind this borrower leaves for others. */
  #kept(key: string, borrower: string): number {
    return this.#borrowing.comesAfterAnother(key, borrower) && (this.#plan().get(key) ?? 0) > 0 ? 1 : 0;
  }

  /** How many items of a kind are there or in the making, for nobody in particular. */
  #present(key: string): number {
    return this.#count('warm', key) + this.#count('starting', key) - this.#waiting.count(key);
  }

  #warmOf(key: string): WarmSlot<Item> | undefined {
    for (const slot of this.#slots) if (slot.state === 'warm' && slot.key === key) return slot;
    return undefined;
  }

  #count(state: Slot<Item>['state'], key?: string): number {
    let count = 0;
    for (const slot of this.#slots) if (slot.state === state && (key === undefined || slot.key === key)) count += 1;
    return count;
  }
}

/** Whether a promise has settled by now. Takes no time, only its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return await Promise.race([promise, Promise.resolve(pending)]).then(
    (first) => first !== pending,
    () => true,
  );
}

function shuttingDown(): AppError {
  return new AppError('shutting-down', 'The server is shutting down.');
}
