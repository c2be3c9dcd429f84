import type { Principal } from '../../core/ids.ts';
import type { BatchItem } from '../batch-item.ts';
import { notChecked, workersLost } from '../not-checked.ts';
import { PrincipalTurns } from '../principal-turns.ts';
import {
  maxAttempts,
  noSuchBatch,
  maxTakeMs,
  tooManyWaiting,
  type BatchHead,
  type BatchId,
  type BatchState,
  type Check,
  type ItemReport,
  type Lease,
  type QueueReadings,
  type RecordedResult,
  type Submitted,
  type TakeRequest,
  type WorkQueue,
} from '../work-queue.ts';
import { Condition } from './condition.ts';
import { ResultLog } from './result-log.ts';

export interface LocalWorkQueueOptions {
  /** Items of one principal that may wait. */
  readonly maxWaiting: number;
  /** Bytes of results that are kept, of all batches. */
  readonly maxResultBytes: number;
  /** How long a batch is kept that nothing is done for, in milliseconds. */
  readonly keepMs: number;
  readonly leaseMs?: number;
}

/** A check that nobody has taken. */
interface Waiting {
  readonly check: Check;
  attempts: number;
}

interface Batch {
  readonly head: BatchHead;
  readonly log: ResultLog;
  /** Items with a result. */
  readonly decided: Set<number>;
  received: number;
  items: number | undefined;
  cancelled: boolean;
  lastUsedAt: number;
}

/** How much code of one principal may wait, in characters: it waits in memory. */
const maxWaitingCharacters = 32 * 1024 ** 2;
const defaultLeaseMs = 30_000;

/** A queue within this process. Batches end with it. */
export class LocalWorkQueue implements WorkQueue {
  readonly leaseMs: number;
  readonly #options: LocalWorkQueueOptions;
  readonly #batches = new Map<BatchId, Batch>();
  readonly #waiting = new Map<Principal, Waiting[]>();
  readonly #characters = new Map<Principal, number>();
  readonly #turns = new PrincipalTurns();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #sweep: NodeJS.Timeout;
  readonly #change = new Condition();
  #taken = 0;

  constructor(options: LocalWorkQueueOptions) {
    this.#options = options;
    this.leaseMs = options.leaseMs ?? defaultLeaseMs;
    this.#sweep = setInterval(() => void this.#removeOld(), Math.min(options.keepMs, 60_000)).unref();
  }

  async open(head: BatchHead): Promise<void> {
    const log = await ResultLog.create();
    const counts = { received: 0, items: undefined, cancelled: false, lastUsedAt: performance.now() };
    this.#batches.set(head.id, { head, log, decided: new Set(), ...counts });
  }

  find(id: BatchId): Promise<{ readonly head: BatchHead; readonly state: BatchState } | undefined> {
    const batch = this.#batches.get(id);
    if (batch === undefined) return Promise.resolve(undefined);
    const { head, received, items, decided, cancelled } = batch;
    return Promise.resolve({ head, state: { received, items, decided: decided.size, cancelled } });
  }

  requireRoom(principal: Principal): Promise<void> {
    if (this.#hasRoom(principal)) return Promise.resolve();
    const waiting = this.#waiting.get(principal)?.length ?? 0;
    return Promise.reject(tooManyWaiting(waiting));
  }

  async *submit(
    { id }: BatchHead,
    items: AsyncIterable<BatchItem>,
    signal: AbortSignal,
  ): AsyncGenerator<Submitted, void, undefined> {
    const batch = this.#require(id);
    const { principal } = batch.head;
    for await (const item of items) {
      while (!this.#hasRoom(principal)) await this.#change.wait(signal);
      if (batch.cancelled) throw noSuchBatch(id);
      batch.lastUsedAt = performance.now();
      if (item.index < batch.received) {
        yield { index: item.index, status: 'duplicate' };
        continue;
      }
      batch.received = item.index + 1;
      this.#enqueue({ check: { head: batch.head, item }, attempts: 0 });
      yield { index: item.index, status: 'accepted' };
    }
  }

  complete(id: BatchId, items: number): Promise<void> {
    const batch = this.#require(id);
    batch.items = items;
    this.#endIfAllDecided(batch);
    return Promise.resolve();
  }

  cancel(id: BatchId): Promise<void> {
    const batch = this.#batches.get(id);
    if (batch === undefined) return Promise.resolve();
    batch.cancelled = true;
    batch.items ??= batch.received;
    const { principal } = batch.head;
    for (const waiting of this.#waiting.get(principal) ?? []) if (waiting.check.head.id === id) this.#forget(waiting);
    this.#waiting.set(
      principal,
      (this.#waiting.get(principal) ?? []).filter(({ check }) => check.head.id !== id),
    );
    batch.log.complete();
    this.#change.notifyAll();
    return Promise.resolve();
  }

  async take({ image, free, maxPerPrincipal }: TakeRequest, signal: AbortSignal): Promise<readonly Lease[]> {
    const until = performance.now() + maxTakeMs;
    for (;;) {
      signal.throwIfAborted();
      const leases: Lease[] = [];
      while (leases.length < free) {
        const ofImage = [...this.#waiting].flatMap(([principal, checks]) =>
          checks.some(({ check }) => check.head.image === image) ? [principal] : [],
        );
        const next = this.#turns.next(ofImage, maxPerPrincipal) as Principal | undefined;
        if (next === undefined) break;
        leases.push(this.#lease(next, image));
      }
      const left = until - performance.now();
      if (leases.length > 0 || left <= 0) return leases;
      await this.#change.wait(signal, left);
    }
  }

  async *results(id: BatchId, after: number, signal: AbortSignal): AsyncGenerator<RecordedResult, void, undefined> {
    const batch = this.#require(id);
    for await (const result of batch.log.read(after, signal)) {
      batch.lastUsedAt = performance.now();
      yield result;
    }
    if (batch.cancelled) throw noSuchBatch(id);
  }

  read(): Promise<QueueReadings> {
    const lengths = [...this.#waiting.values()].map(({ length }) => length).filter((length) => length > 0);
    const waiting = lengths.reduce((sum, length) => sum + length, 0);
    return Promise.resolve({ waiting, taken: this.#taken, principals: lengths.length, workers: 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    for (const timer of this.#timers) clearTimeout(timer);
    const batches = [...this.#batches.values()];
    this.#batches.clear();
    await Promise.all(batches.map(({ log }) => log[Symbol.asyncDispose]()));
  }

  #require(id: BatchId): Batch {
    const batch = this.#batches.get(id);
    if (batch === undefined || batch.cancelled) throw noSuchBatch(id);
    batch.lastUsedAt = performance.now();
    return batch;
  }

  #hasRoom(principal: Principal): boolean {
    const { maxWaiting, maxResultBytes } = this.#options;
    const bytes = [...this.#batches.values()].reduce((sum, { log }) => sum + log.bytes, 0);
    return (
      (this.#waiting.get(principal)?.length ?? 0) < maxWaiting &&
      (this.#characters.get(principal) ?? 0) < maxWaitingCharacters &&
      (bytes < maxResultBytes || this.#removeOldest())
    );
  }

  #enqueue(waiting: Waiting, first = false): void {
    const { principal } = waiting.check.head;
    const own = this.#waiting.get(principal) ?? [];
    if (first) own.unshift(waiting);
    else own.push(waiting);
    this.#waiting.set(principal, own);
    this.#characters.set(principal, (this.#characters.get(principal) ?? 0) + waiting.check.item.code.length);
    this.#change.notifyAll();
  }

  /** It no longer takes room among what waits. */
  #forget({ check }: Waiting): void {
    const { principal } = check.head;
    this.#characters.set(principal, (this.#characters.get(principal) ?? 0) - check.item.code.length);
  }

  #lease(principal: Principal, image: string): Lease {
    const own = this.#waiting.get(principal) ?? [];
    const at = own.findIndex(({ check }) => check.head.image === image);
    const [waiting] = own.splice(at, 1);
    if (waiting === undefined) throw new TypeError('a check was taken that is not there');
    if (own.length === 0) this.#waiting.delete(principal);
    this.#forget(waiting);
    if (!this.#waiting.has(principal)) this.#characters.delete(principal);
    waiting.attempts += 1;
    this.#taken += 1;
    this.#turns.took(principal);
    this.#change.notifyAll();
    return this.#leaseOf(waiting);
  }

  #leaseOf(waiting: Waiting): Lease {
    const { check, attempts } = waiting;
    let isHeld = true;
    let timer: NodeJS.Timeout | undefined;
    const end = (): boolean => {
      if (!isHeld) return false;
      isHeld = false;
      this.#forgetTimer(timer);
      this.#taken -= 1;
      this.#turns.ended(check.head.principal);
      this.#change.notifyAll();
      return true;
    };
    const comeBack = (): void => {
      if (this.#isUnwanted(check)) return;
      if (attempts < maxAttempts) this.#enqueue(waiting, true);
      else void this.#record(check, notChecked(check, attempts, workersLost));
    };
    const hold = (): void => {
      this.#forgetTimer(timer);
      timer = setTimeout(() => {
        if (end()) comeBack();
      }, this.leaseMs).unref();
      this.#timers.add(timer);
    };
    hold();
    return {
      check,
      attempt: attempts,
      extend: () => {
        if (isHeld) hold();
        return Promise.resolve(this.#isUnwanted(check) ? 'unwanted' : 'kept');
      },
      giveBack: (delayMs) => {
        if (!end()) return Promise.resolve();
        const later = setTimeout(() => {
          this.#timers.delete(later);
          comeBack();
        }, delayMs).unref();
        this.#timers.add(later);
        return Promise.resolve();
      },
      drop: () => {
        end();
        return Promise.resolve();
      },
      done: async (report) => {
        // Recorded first: what is neither taken nor recorded would be lost.
        const recorded = await this.#record(check, report);
        end();
        return recorded;
      },
    };
  }

  #forgetTimer(timer: NodeJS.Timeout | undefined): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(timer);
  }

  #isUnwanted({ head }: Check): boolean {
    return this.#batches.get(head.id)?.cancelled !== false;
  }

  async #record({ head, item }: Check, report: ItemReport): Promise<'recorded' | 'was-there'> {
    const batch = this.#batches.get(head.id);
    if (batch === undefined || batch.cancelled || batch.decided.has(item.index)) return 'was-there';
    batch.decided.add(item.index);
    await batch.log.append(report);
    this.#endIfAllDecided(batch);
    return 'recorded';
  }

  #endIfAllDecided({ log, items }: Batch): void {
    if (items !== undefined && log.count >= items) log.complete();
  }

  /** Makes room by forgetting the batch that was not asked for the longest. @returns whether there was one that is done */
  #removeOldest(): boolean {
    const done = [...this.#batches.values()].filter(
      ({ items, log, cancelled }) => cancelled || (items !== undefined && log.count >= items),
    );
    const [oldest] = done.sort((one, other) => one.lastUsedAt - other.lastUsedAt);
    if (oldest !== undefined) void this.#remove(oldest);
    return oldest !== undefined;
  }

  async #removeOld(): Promise<void> {
    const limit = performance.now() - this.#options.keepMs;
    for (const batch of this.#batches.values()) if (batch.lastUsedAt < limit) await this.#remove(batch);
  }

  async #remove({ head, log }: Batch): Promise<void> {
    await this.cancel(head.id);
    this.#batches.delete(head.id);
    await log[Symbol.asyncDispose]();
    this.#change.notifyAll();
  }
}
