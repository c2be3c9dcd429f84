/*
 * Random histories of a pool: calls, cancellations, makings that succeed or fail or bring a dead item, items that end,
 * time, and a shutdown in the middle of it all. After every step the pool is compared with what the test knows.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeItem, FakePool, FakeWorkshop } from '../../test/fakes/pool-items.ts';
import { silentLogger } from '../telemetry/telemetry.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const keys = ['bare', 'program', 'x', 'y'] as const;
const borrowers = ['ada', 'bob', 'eve'] as const;
const ranked = ['bare', 'program'];
const maxAgeMs = 60_000;

interface Call {
  readonly key: string;
  readonly borrower: string;
  readonly caller: AbortController;
  outcome: 'waiting' | 'leased' | 'refused';
}

/** A pool, and what the test knows of it. */
class History {
  readonly workshop = new FakeWorkshop();
  readonly calls: Call[] = [];
  readonly leased: FakeItem[] = [];
  /** Who has leased items of a kind, in order. */
  readonly borrowed = new Map<string, string[]>();
  readonly faults: string[] = [];
  /** Items whose end the pool can know of by now. */
  readonly knownToHaveEnded = new Set<FakeItem>();
  readonly pool: FakePool;
  readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.pool = new FakePool(this.workshop, {
      size,
      ranked,
      mayKeep: (key) => key !== 'y',
      maxAgeMs,
      logger: silentLogger,
    });
  }

  call(key: string, borrower: string): void {
    const call: Call = { key, borrower, caller: new AbortController(), outcome: 'waiting' };
    this.calls.push(call);
    this.pool.lease(key, { borrower, signal: call.caller.signal }).then(
      ({ item }) => {
        if (this.knownToHaveEnded.has(item)) this.faults.push('leased an item that had ended');
        if (item.key !== key) this.faults.push('leased an item of another kind');
        const [first] = this.waiting(key).filter((other) => other.borrower === borrower);
        if (first !== call) this.faults.push('served a call before an earlier one of the same borrower');
        this.borrowed.set(key, [...(this.borrowed.get(key) ?? []), borrower]);
        call.outcome = 'leased';
        this.leased.push(item);
      },
      () => {
        call.outcome = 'refused';
      },
    );
  }

  waiting(key?: string): Call[] {
    return this.calls.filter((call) => call.outcome === 'waiting' && (key === undefined || call.key === key));
  }

  /** Items that the pool has and may hand out. */
  get idle(): FakeItem[] {
    return this.workshop.items.filter((item) => item.disposals === 0 && !item.hasEnded && !this.leased.includes(item));
  }

  check(): void {
    const { pool, workshop, leased } = this;
    expect(this.faults).toEqual([]);
    expect(new Set(leased).size).toBe(leased.length);
    expect(pool.stats).toEqual({
      warm: this.idle.length,
      starting: workshop.underWay.length,
      leased: leased.filter(({ hasEnded }) => !hasEnded).length,
      waiting: this.waiting().length,
    });
    expect(this.idle.length).toBeLessThanOrEqual(this.size);
    for (const key of keys) {
      const ready = this.idle.filter((item) => item.key === key).length;
      const known = this.borrowed.get(key) ?? [];
      // At most one is kept, and only from those who have borrowed before, for somebody else who has too.
      for (const borrower of borrowers) {
        const mayBeKept = known.includes(borrower) && known.some((other) => other !== borrower);
        if (ready !== 1 || !mayBeKept) expect(pool.hasWarm(key, borrower)).toBe(ready > 0);
      }
      for (const { borrower } of this.waiting(key)) expect(pool.hasWarm(key, borrower)).toBe(false);
      if (ready > 0) expect(borrowers.some((borrower) => pool.hasWarm(key, borrower))).toBe(true);
      expect(workshop.making(key)).toBeGreaterThanOrEqual(this.waiting(key).length);
    }
    for (const item of workshop.items) expect(item.disposals).toBeLessThanOrEqual(1);
  }

  async settle(ms = 0): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
    for (const item of this.workshop.items) if (item.hasEnded) this.knownToHaveEnded.add(item);
    this.check();
  }
}

/** Something that happens to a pool. `at` says which one of those that it can happen to. */
type Step =
  | { readonly does: 'call' | 'note'; readonly key: string; readonly borrower: string }
  | { readonly does: 'make' | 'make dead' | 'fail' | 'cancel' | 'end' | 'finish'; readonly at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constantFrom('call' as const, 'call' as const, 'call' as const, 'note' as const),
    key: fc.constantFrom(...keys),
    borrower: fc.constantFrom(...borrowers),
  }),
  fc.record({ does: fc.constantFrom('make' as const, 'cancel' as const, 'end' as const), at: fc.nat(50) }),
  fc.record({
    does: fc.constantFrom('make' as const, 'make dead' as const, 'fail' as const, 'finish' as const),
    at: fc.nat(50),
  }),
);
/** Several things at once, before anyone hears of any, and the time until the next ones. */
const burst = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  thenMs: fc.constantFrom(0, 0, 0, 1, 500, 5000, 12_000, 50_000, 700_000),
});
const bursts = fc.array(burst, { maxLength: 40 });

function perform(history: History, step: Step): void {
  const { pool, workshop } = history;
  const choose = <Value>(values: readonly Value[]): Value | undefined =>
    'at' in step ? values[step.at % Math.max(1, values.length)] : undefined;
  switch (step.does) {
    case 'call':
      history.call(step.key, step.borrower);
      return;
    case 'note':
      pool.note(step.key);
      return;
    case 'make':
      choose(workshop.underWay)?.succeed();
      return;
    case 'make dead': {
      const creation = choose(workshop.underWay);
      const item = new FakeItem(creation?.key ?? '');
      item.end();
      history.knownToHaveEnded.add(item);
      creation?.succeed(item);
      return;
    }
    case 'fail':
      choose(workshop.underWay)?.fail();
      return;
    case 'cancel':
      choose(history.waiting())?.caller.abort();
      return;
    case 'end':
      choose(history.idle)?.end();
      return;
    case 'finish':
      void choose(history.leased.filter(({ hasEnded }) => !hasEnded))?.[Symbol.asyncDispose]();
  }
}

async function play(history: History, bursts: readonly { steps: readonly Step[]; thenMs: number }[]): Promise<void> {
  history.pool.fill();
  for (const { steps, thenMs } of bursts) {
    for (const step of steps) perform(history, step);
    await history.settle();
    await history.settle(thenMs);
  }
}

describe('whatever happens', () => {
  it('no item is leased twice or dead, no call waits beside an item that is ready for it, and the numbers are right', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), bursts, async (size, bursts) => {
        await play(new History(size), bursts);
      }),
      { numRuns: 300 },
    );
  });

  it('the pool is full again once things can be made and last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), bursts, async (size, bursts) => {
        const history = new History(size);
        await play(history, bursts);
        // Longer than the longest pause, and the time after which an item counts as lasting.
        for (let seconds = 0; seconds < 40; seconds += 1) {
          history.workshop.succeedAll();
          await history.settle(1000);
        }
        expect(history.idle).toHaveLength(size);
        expect(history.waiting()).toEqual([]);
      }),
    );
  });

  it('a shutdown answers every call and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), bursts, fc.array(fc.boolean()), async (size, bursts, successes) => {
        const history = new History(size);
        const { pool, workshop } = history;
        await play(history, bursts);
        const disposing = pool[Symbol.asyncDispose]();
        for (const [at, creation] of [...workshop.underWay].entries()) {
          if (successes[at] === false) creation.fail();
          else creation.succeed();
        }
        await disposing;
        await history.settle();
        expect(history.waiting()).toEqual([]);
        expect(history.idle).toEqual([]);
        for (const item of workshop.items) {
          if (!history.leased.includes(item)) expect(item.disposals).toBe(1);
        }
        const { begun } = workshop;
        await history.settle(10 * maxAgeMs);
        expect(workshop.begun).toBe(begun);
      }),
    );
  });
});
