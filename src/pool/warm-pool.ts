/*
 * Keeps items ready before they are asked for. An item is made, is warm, is leased once, and belongs to whoever leased it;
 * there is no way back. Items come in kinds, told apart by name; how many of each are kept is planned from configured ranks and
 * recent demand. A call takes a warm item of its kind at once; otherwise one is made for it. Borrowers that have taken far
 * less of a kind lately than others are served before them, and find the last warm item of the kind; everybody else is
 * served first come first served, and nobody lets others go first for ever. Never: an item handed out twice, a call waiting
 * while a warm item is there that is not kept for such a borrower, an item forgotten without being disposed.
 */
import { messageOf } from '../core/app-error.ts';
import { CreationBackoff, shortLifeMs } from './creation-backoff.ts';
import type { ItemKind, ItemOf, KindGroup, PoolItem, PoolOwner } from './item-kind.ts';
import { keepRecent } from './keep-recent.ts';
import { RecentDemand } from './recent-demand.ts';
import { isKept, planGroups, planShares, type Share } from './share-plan.ts';
import { RecentBorrowing } from './recent-borrowing.ts';
import { WaitingCalls, type WaitingCall } from './waiting-calls.ts';

export interface WarmPoolOptions<Kind extends ItemKind> {
  /** How many items are kept ready at first, of all kinds together. 0: items are made on demand only. */
  readonly size: number;
  /** Kinds that are kept ready from the start, the most important first. */
  readonly ranked: readonly Kind[];
  /** A warm item older than this is replaced, in milliseconds. */
  readonly maxAgeMs: number;
  readonly owner: PoolOwner<Kind>;
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
  /** Whether it was ready before it was asked for. Not: that it is what was asked for in every detail; its kind says that. */
  readonly wasWarm: boolean;
}

/** Who leases an item, and until when it waits for one. */
export interface LeaseRequest {
  /** Borrowers share the pool fairly. */
  readonly borrower: string;
  readonly signal?: AbortSignal | undefined;
}

/** The life of an item, from the pool's side. */
type Slot<Kind> = { readonly kind: Kind; readonly state: 'starting' } | WarmSlot<Kind>;

interface WarmSlot<Kind> {
  readonly kind: Kind;
  readonly state: 'warm';
  readonly item: PoolItem;
  readonly keptAt: number;
  readonly timers: readonly NodeJS.Timeout[];
  /** Whether it is time for a successor. */
  isOld: boolean;
}

/** The part of its age limit after which a warm item gets a successor, so that its kind is not missing when it goes. */
const renewalAge = 0.8;

/** Making an item takes CPU time that the call which took the last one needs; short calls are over by then. In milliseconds. */
export const refillDelayMs = 100;

/** The name of the group of kinds that are in no other. */
const noGroup = '';

/** Demand is forgotten by half in ten minutes. */
const demandHalfLifeMs = 600_000;

/** A pool of single-use items. Disposing it disposes what is warm or in the making; leased items are their owners'. */
export class WarmPool<Kind extends ItemKind = ItemKind> implements AsyncDisposable {
  readonly #options: WarmPoolOptions<Kind>;
  readonly #now: () => number;
  readonly #demand: RecentDemand;
  /** The kinds that were in demand lately. */
  readonly #demanded = new Map<string, Kind>();
  readonly #borrowing: RecentBorrowing;
  readonly #slots = new Set<Slot<Kind>>();
  readonly #waiting = new WaitingCalls<Lease<PoolItem>>();
  /** By name; the one without a name has the kinds that are in no other. */
  readonly #groups = new Map<string, KindGroup<Kind>>();
  readonly #backoff: CreationBackoff<Kind>;
  readonly #shutdown = new AbortController();
  /** Items in the making or being disposed; awaited on shutdown. */
  readonly #unsettled = new Set<Promise<void>>();
  #size: number;
  #maxMemory = Infinity;
  #leased = 0;
  #refilling: NodeJS.Timeout | undefined;

  constructor(options: WarmPoolOptions<Kind>) {
    const { size, ranked, owner, now = () => performance.now() } = options;
    this.#options = options;
    this.#size = size;
    this.setGroup({ name: noGroup, ranked, memory: 0 });
    this.#now = now;
    this.#demand = new RecentDemand(demandHalfLifeMs, now);
    this.#borrowing = new RecentBorrowing(now);
    this.#backoff = new CreationBackoff({
      retry: (kind) => this.#retry(kind),
      onTrouble: owner.onTrouble,
      onRecovered: (kind) => {
        owner.onRecovered(kind);
        this.fill();
      },
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
  hasWarm({ name }: Kind, borrower: string): boolean {
    return this.#count('warm', name) > this.#kept(name, borrower);
  }

  /** Whether borrowers who take little and others who take much come at the same time. */
  get isShared(): boolean {
    return this.#borrowing.isUneven;
  }

  /** Whether items of this kind are kept ready as a rule, as far as they can be made. */
  offers(kind: Kind): boolean {
    return !this.#backoff.isFailing(kind) && this.#wanted(kind.name) > 0;
  }

  /** Counts as demand for a kind although none was leased, so that it may be kept ready from now on. */
  note(kind: Kind): void {
    this.#recordDemand(kind);
    this.fill();
  }

  /** How many items are to be kept ready from the next {@link fill} on, which is at the latest the next lease's. */
  resize(size: number, maxMemory = Infinity): void {
    this.#size = size;
    this.#maxMemory = maxMemory;
  }

  /** Has kinds kept ready as a group from the next {@link fill} on, beside other groups and in place of one of its name. */
  setGroup(group: KindGroup<Kind>): void {
    this.#groups.set(group.name, group);
  }

  /** Begins to make what the plan says should be ready, and drops what it no longer wants, the oldest first. */
  fill(): void {
    if (this.#shutdown.signal.aborted) return;
    const plan = this.#plan();
    for (const slot of this.#slots) {
      const { name } = slot.kind;
      if (slot.state === 'warm' && this.#count('warm', name) > (plan.get(name)?.count ?? 0)) this.#discard(slot);
    }
    for (const { kind, count } of plan.values()) {
      if (this.#backoff.isFailing(kind)) continue;
      for (let missing = count - this.#present(kind.name); missing > 0; missing -= 1) this.#start(kind);
    }
    if (this.#count('starting') === 0) this.#renewOldest();
  }

  /**
   * Takes an item, for good.
   *
   * @throws what the owner says of a pool that was disposed; what making the item threw; the signal's reason
   */
  async lease<Leased extends Kind>(kind: Leased, { borrower, signal }: LeaseRequest): Promise<Lease<ItemOf<Leased>>> {
    signal?.throwIfAborted();
    if (this.#shutdown.signal.aborted) throw this.#options.owner.shuttingDown();
    this.#recordDemand(kind);
    const leasing = this.#waiting.wait(kind.name, borrower, signal);
    this.#serve(kind.name, true);
    this.#startForWaiting(kind);
    if (this.#waiting.count(kind.name) > 0) this.fill();
    else this.#fillSoon();
    // What is handed out under a name was made by a kind of that name.
    return (await leasing) as Lease<ItemOf<Leased>>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { shuttingDown } = this.#options.owner;
    this.#shutdown.abort(shuttingDown());
    clearTimeout(this.#refilling);
    this.#backoff[Symbol.dispose]();
    this.#waiting.rejectAll(shuttingDown());
    for (const slot of this.#slots) if (slot.state === 'warm') this.#discard(slot);
    while (this.#unsettled.size > 0) await Promise.allSettled(this.#unsettled);
  }

  #recordDemand(kind: Kind): void {
    this.#demand.record(kind.name);
    keepRecent(this.#demanded, kind.name, kind);
  }

  #fillSoon(): void {
    this.#refilling ??= setTimeout(() => {
      this.#refilling = undefined;
      this.fill();
    }, refillDelayMs).unref();
  }

  /** Hands out what is ready to those that wait for it, in their order. */
  #serve(name: string, wasWarm: boolean): void {
    for (;;) {
      const [next, warm] = [this.#nextInLine(name), this.#warmOf(name)];
      if (next === undefined || warm === undefined) return;
      if (!this.#waiting.mustBeNext(next) && !this.hasWarm(warm.kind, next.borrower)) {
        if (!wasWarm) this.#waiting.passOver(name);
        return;
      }
      this.#waiting.passOver(name, next);
      this.#handOut(warm, next, wasWarm);
    }
  }

  #nextInLine(name: string): WaitingCall<Lease<PoolItem>> | undefined {
    return this.#waiting.next(name, (borrower) => this.#borrowing.of(name, borrower));
  }

  /** Sees to it that one is in the making for each call that waits. */
  #startForWaiting(kind: Kind): void {
    const { name } = kind;
    for (let missing = this.#waiting.count(name) - this.#count('starting', name); missing > 0; missing -= 1) {
      this.#start(kind);
    }
  }

  #start(kind: Kind): void {
    const slot: Slot<Kind> = { kind, state: 'starting' };
    this.#slots.add(slot);
    this.#settle(
      this.#make(kind).then(
        (item) => {
          this.#slots.delete(slot);
          this.#onMade(kind, item);
        },
        (error: unknown) => {
          this.#slots.delete(slot);
          this.#onFailed(kind, error);
        },
      ),
    );
  }

  /** Throws also when the item is of no use by the time that it is there. */
  async #make(kind: Kind): Promise<PoolItem> {
    const item = await kind.make(this.#shutdown.signal);
    if (!(await isSettled(item.ended))) return item;
    this.#dispose(item);
    throw this.#options.owner.endedAtOnce();
  }

  #onMade(kind: Kind, item: PoolItem): void {
    if (this.#shutdown.signal.aborted) {
      this.#dispose(item);
      return;
    }
    this.#keep(kind, item);
    this.#serve(kind.name, false);
    this.#startForWaiting(kind);
    this.#backoff.made(kind);
    this.fill();
  }

  #onFailed(kind: Kind, error: unknown): void {
    if (this.#shutdown.signal.aborted) return;
    const { name } = kind;
    // The others are served by what is still in the making.
    if (this.#count('starting', name) < this.#waiting.count(name)) {
      const next = this.#nextInLine(name);
      const kept = this.#warmOf(name);
      if (next !== undefined && kept !== undefined) this.#handOut(kept, next, false);
      else next?.reject(error instanceof Error ? error : new Error(messageOf(error)));
    }
    this.#backoff.failed(kind, error);
  }

  /** One attempt at a kind that could not be made. @returns whether there is one, because it is still wanted */
  #retry(kind: Kind): boolean {
    const { name } = kind;
    if (this.#present(name) < this.#wanted(name)) this.#start(kind);
    return this.#count('starting', name) > 0;
  }

  /** Makes a successor for the oldest item that is due for one: one at a time, because items in excess take memory too. */
  #renewOldest(): void {
    for (const slot of this.#slots) {
      if (slot.state === 'starting' || !slot.isOld || this.#backoff.isFailing(slot.kind)) continue;
      this.#start(slot.kind);
      return;
    }
  }

  /** Keeps an item that nobody waits for, until the plan drops it. */
  #keep(kind: Kind, item: PoolItem): void {
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
    const slot: WarmSlot<Kind> = { kind, state: 'warm', item, keptAt: this.#now(), timers, isOld: false };
    const onEnd = (): void => {
      if (!this.#slots.has(slot)) return;
      this.#discard(slot);
      if (this.#now() - slot.keptAt < shortLifeMs) this.#backoff.endedEarly(kind);
      this.fill();
    };
    this.#slots.add(slot);
    void item.ended.then(onEnd, onEnd);
  }

  #discard(slot: WarmSlot<Kind>): void {
    this.#remove(slot);
    this.#dispose(slot.item);
  }

  #remove(slot: WarmSlot<Kind>): void {
    this.#slots.delete(slot);
    for (const timer of slot.timers) clearTimeout(timer);
  }

  #handOut(slot: WarmSlot<Kind>, call: WaitingCall<Lease<PoolItem>>, wasWarm: boolean): void {
    const { item } = slot;
    this.#remove(slot);
    this.#leased += 1;
    this.#borrowing.record(slot.kind.name, call.borrower);
    call.resolve({ item, wasWarm });
    const end = (): void => {
      this.#leased -= 1;
    };
    void item.ended.then(end, end);
  }

  #dispose(item: PoolItem): void {
    this.#settle(Promise.resolve(item[Symbol.asyncDispose]()).catch(this.#options.owner.onLeftBehind));
  }

  #settle(work: Promise<void>): void {
    this.#unsettled.add(work);
    void work.finally(() => this.#unsettled.delete(work));
  }

  /** How many of each kind are to be ready, by its name. */
  #plan(): Map<string, { readonly kind: Kind; readonly count: number }> {
    const groups = this.#kindsByGroup().map(({ name, memory, ranked, demanded }, rank) => {
      const kinds = [...ranked, ...demanded];
      const shares = kinds.map((kind, place): Share => {
        const share = { key: kind.name, demand: this.#demand.of(kind.name), present: this.#present(kind.name) };
        return place < ranked.length ? { ...share, rank: place } : share;
      });
      const sumOf = (field: 'demand' | 'present'): number => shares.reduce((sum, share) => sum + share[field], 0);
      const ofGroup = { key: name, rank, memory, demand: sumOf('demand'), present: sumOf('present') };
      return { ofGroup, kinds, shares };
    });
    const sizes = planGroups(
      this.#size,
      this.#maxMemory,
      groups.flatMap(({ ofGroup, shares }) => (shares.some(isKept) ? [ofGroup] : [])),
    );
    const plan = new Map<string, { readonly kind: Kind; readonly count: number }>();
    for (const { ofGroup, kinds, shares } of groups) {
      const counts = planShares(sizes.get(ofGroup.key) ?? 0, shares);
      for (const kind of kinds) plan.set(kind.name, { kind, count: counts.get(kind.name) ?? 0 });
    }
    return plan;
  }

  /** The groups, each with the kinds of it that were in demand lately. */
  #kindsByGroup(): (KindGroup<Kind> & { readonly demanded: readonly Kind[] })[] {
    const ranked = new Set([...this.#groups.values()].flatMap((group) => group.ranked.map(({ name }) => name)));
    const demanded = [...this.#demanded.values()].filter((kind) => kind.keptOnDemand && !ranked.has(kind.name));
    return [...this.#groups.values()].map((group) => ({
      ...group,
      demanded: demanded.filter((kind) => (kind.group ?? noGroup) === group.name),
    }));
  }

  #wanted(name: string): number {
    return this.#plan().get(name)?.count ?? 0;
  }

  /** How many ready items of a kind this borrower leaves for others. */
  #kept(name: string, borrower: string): number {
    return this.#borrowing.comesAfterAnother(name, borrower) && this.#wanted(name) > 0 ? 1 : 0;
  }

  /** How many items of a kind are there or in the making, for nobody in particular. */
  #present(name: string): number {
    return this.#count('warm', name) + this.#count('starting', name) - this.#waiting.count(name);
  }

  #warmOf(name: string): WarmSlot<Kind> | undefined {
    for (const slot of this.#slots) if (slot.state === 'warm' && slot.kind.name === name) return slot;
    return undefined;
  }

  #count(state: Slot<Kind>['state'], name?: string): number {
    let count = 0;
    for (const slot of this.#slots) {
      if (slot.state === state && (name === undefined || slot.kind.name === name)) count += 1;
    }
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
