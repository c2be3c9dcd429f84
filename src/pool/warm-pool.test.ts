import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeItem, FakePool, FakeWorkshop, type FakePoolOptions } from '../../test/fakes/pool-items.ts';
import { recordingLogger } from '../../test/fakes/recording-logger.ts';
import { AppError } from '../core/app-error.ts';
import { refillDelayMs, type Lease } from './warm-pool.ts';

const maxAgeMs = 100_000;
const borrower = 'ada';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function openPool(options: Partial<FakePoolOptions> = {}) {
  const workshop = new FakeWorkshop();
  const logger = recordingLogger();
  const pool = new FakePool(workshop, {
    size: 3,
    ranked: ['a'],
    mayKeep: () => true,
    maxAgeMs,
    logger,
    ...options,
  });
  return { pool, workshop, logger };
}

/** A pool of size 3 that has its three items. */
async function filledPool(options: Partial<FakePoolOptions> = {}) {
  const opened = openPool(options);
  opened.pool.fill();
  const items = opened.workshop.succeedAll();
  await settle();
  return { ...opened, items };
}

/** Lets everything happen that can happen without time passing. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

/** Lets the time pass that a call has the machine to itself, and what was begun then succeed. */
async function refill(workshop: FakeWorkshop): Promise<void> {
  await vi.advanceTimersByTimeAsync(refillDelayMs);
  workshop.succeedAll();
  await settle();
}

/** What has become of a call so far. */
function watch(leasing: Promise<Lease<FakeItem>>): { lease?: Lease<FakeItem>; error?: unknown } {
  const seen: { lease?: Lease<FakeItem>; error?: unknown } = {};
  leasing.then(
    (lease) => {
      seen.lease = lease;
    },
    (error: unknown) => {
      seen.error = error;
    },
  );
  return seen;
}

describe('borrowers', () => {
  it('that take much leave one ready for somebody who took little', async () => {
    const { pool, workshop } = await filledPool();
    const { item } = await pool.lease('a', { borrower: 'quiet' });
    await refill(workshop);
    const crowd = Array.from({ length: 5 }, () => watch(pool.lease('a', { borrower: 'noisy' })));
    await settle();
    expect(crowd.filter(({ lease }) => lease !== undefined)).toHaveLength(2);
    expect(pool.stats).toMatchObject({ warm: 1, waiting: 3 });
    const next = await pool.lease('a', { borrower: 'quiet' });
    expect(next.wasWarm).toBe(true);
    expect(next.item).not.toBe(item);
  });

  it('that take much get what is made for them once one is kept for the others', async () => {
    const { pool, workshop } = await filledPool();
    await pool.lease('a', { borrower: 'quiet' });
    await refill(workshop);
    const crowd = Array.from({ length: 8 }, () => watch(pool.lease('a', { borrower: 'noisy' })));
    await settle();
    workshop.succeedAll();
    await settle();
    expect(crowd.every(({ lease }) => lease !== undefined)).toBe(true);
    expect(pool.stats.waiting).toBe(0);
  });

  it('that took little are served before those that took much, whoever came first', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const leases = ['noisy', 'noisy', 'noisy', 'quiet'].map((borrower) => watch(pool.lease('a', { borrower })));
    for (const creation of workshop.underWay.slice(0, 2)) creation.succeed();
    await settle();
    expect(leases.map(({ lease }) => lease !== undefined)).toEqual([true, false, false, true]);
  });

  it('that took nearly alike are served in the order in which they came', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const names = ['ada', 'bob', 'eve'];
    const first = names.flatMap((name) => Array.from({ length: 8 }, () => pool.lease('a', { borrower: name })));
    const ahead = pool.lease('a', { borrower: 'ada' });
    workshop.succeedAll();
    await Promise.all([...first, ahead]);
    const served: string[] = [];
    const leases = ['ada', 'bob', 'eve', 'ada', 'bob', 'eve'].map(async (borrower, place) => {
      await pool.lease('a', { borrower });
      served.push(`${borrower} ${place}`);
    });
    for (let made = 0; made < 6; made += 1) {
      workshop.underWay[0]?.succeed();
      await settle();
    }
    await Promise.all(leases);
    expect(served).toEqual(['ada 0', 'bob 1', 'eve 2', 'ada 3', 'bob 4', 'eve 5']);
  });

  it('that take much do not wait for ever beside one that keeps taking what is kept for those that take little', async () => {
    const { pool, workshop } = await filledPool({ size: 1 });
    const take = async (name: string): Promise<void> => {
      const leasing = pool.lease('a', { borrower: name });
      workshop.succeedAll();
      await leasing;
      workshop.succeedAll();
      await settle();
    };
    await take('absent');
    for (let calls = 0; calls < 8; calls += 1) await take('noisy');
    const crowd = Array.from({ length: 3 }, () => watch(pool.lease('a', { borrower: 'noisy' })));
    for (let others = 0; others < 100; others += 1) {
      workshop.underWay[0]?.succeed();
      await settle();
      void pool.lease('a', { borrower: `newcomer ${others}` });
      await settle();
    }
    expect(crowd.every(({ lease }) => lease !== undefined)).toBe(true);
  });

  it('get the last one when it is the only one to be had', async () => {
    const { pool, workshop, items } = await filledPool();
    await pool.lease('a', { borrower: 'quiet' });
    await refill(workshop);
    const crowd = Array.from({ length: 4 }, () => watch(pool.lease('a', { borrower: 'noisy' })));
    await settle();
    while (workshop.underWay.length > 0) workshop.underWay[0]?.fail();
    await settle();
    expect(crowd.filter(({ lease }) => lease !== undefined)).toHaveLength(3);
    expect(crowd.filter(({ error }) => error !== undefined)).toHaveLength(1);
    expect(items[2]?.disposals).toBe(0);
  });

  it('that take much and little at the same time share the pool; those that take alike do not need to', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const take = async (name: string): Promise<void> => {
      const leasing = pool.lease('a', { borrower: name });
      workshop.succeedAll();
      await leasing;
    };
    await take('ada');
    await take('bob');
    expect(pool.isShared).toBe(false);
    for (let calls = 0; calls < 3; calls += 1) await take('bob');
    expect(pool.isShared).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    await take('bob');
    expect(pool.isShared).toBe(false);
  });

  it('that have not come for long are no longer waited for', async () => {
    const { pool, workshop } = await filledPool({ maxAgeMs: 10_000_000 });
    await pool.lease('a', { borrower: 'quiet' });
    await refill(workshop);
    await vi.advanceTimersByTimeAsync(600_000);
    const crowd = Array.from({ length: 3 }, () => watch(pool.lease('a', { borrower: 'noisy' })));
    await settle();
    expect(crowd.every(({ lease }) => lease?.wasWarm === true)).toBe(true);
  });
});

describe('a lease', () => {
  it('is one of the items that are ready, and its place is filled again soon', async () => {
    const { pool, workshop, items } = await filledPool();
    const { item, wasWarm } = await pool.lease('a', { borrower });
    expect(items).toContain(item);
    expect(wasWarm).toBe(true);
    expect(pool.stats).toEqual({ warm: 2, starting: 0, leased: 1, waiting: 0 });
    await vi.advanceTimersByTimeAsync(refillDelayMs);
    expect(pool.stats).toEqual({ warm: 2, starting: 1, leased: 1, waiting: 0 });
    expect(workshop.making('a')).toBe(1);
  });

  it('that comes soon after another does not put off what is made in the place of that one', async () => {
    const { pool, workshop } = await filledPool();
    await pool.lease('a', { borrower });
    await vi.advanceTimersByTimeAsync(refillDelayMs - 1);
    await pool.lease('a', { borrower });
    await vi.advanceTimersByTimeAsync(1);
    expect(workshop.making('a')).toBe(2);
  });

  it('takes the oldest item first', async () => {
    const { pool, items } = await filledPool();
    expect((await pool.lease('a', { borrower })).item).toBe(items[0]);
    expect((await pool.lease('a', { borrower })).item).toBe(items[1]);
  });

  it('of a kind of which none is ready waits for one that is already in the making', async () => {
    const { pool, workshop } = openPool();
    pool.fill();
    const call = watch(pool.lease('a', { borrower }));
    await settle();
    // That one, and one more for the pool to be full.
    expect(pool.stats).toEqual({ warm: 0, starting: 4, leased: 0, waiting: 1 });
    const item = workshop.underWay[0]?.succeed();
    await settle();
    expect(call.lease).toEqual({ item, wasWarm: false });
    expect(pool.stats).toEqual({ warm: 0, starting: 3, leased: 1, waiting: 0 });
  });

  it('counts until its item ends, however that comes about', async () => {
    const { pool } = await filledPool();
    const [first, second] = [await pool.lease('a', { borrower }), await pool.lease('a', { borrower })];
    expect(pool.stats.leased).toBe(2);
    await first.item[Symbol.asyncDispose]();
    second.item.end();
    await second.item[Symbol.asyncDispose]();
    await settle();
    expect(pool.stats.leased).toBe(0);
  });

  it('serves the calls of a kind in their order, whatever other kinds do', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const a1 = watch(pool.lease('a', { borrower }));
    const b1 = watch(pool.lease('b', { borrower }));
    const a2 = watch(pool.lease('a', { borrower }));
    await settle();
    workshop.underWay.find(({ key }) => key === 'b')?.succeed();
    workshop.underWay.findLast(({ key }) => key === 'a')?.succeed();
    await settle();
    expect(b1.lease?.item.key).toBe('b');
    expect(a1.lease?.item.key).toBe('a');
    expect(a2.lease).toBeUndefined();
  });

  it('is refused with the reason of a signal that has fired before', async () => {
    const { pool } = await filledPool();
    const reason = new Error('no longer wanted');
    await expect(pool.lease('a', { borrower, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(pool.stats.warm).toBe(3);
  });
});

describe('a call that gives up while it waits', () => {
  it('leaves the line, and the item that was being made for it is kept for others', async () => {
    const { pool, workshop } = openPool({ size: 1 });
    const caller = new AbortController();
    const call = watch(pool.lease('a', { borrower, signal: caller.signal }));
    const reason = new Error('no longer wanted');
    caller.abort(reason);
    await settle();
    expect(call.error).toBe(reason);
    expect(pool.stats.waiting).toBe(0);
    const item = workshop.underWay[0]?.succeed();
    await settle();
    expect((await pool.lease('a', { borrower })).item).toBe(item);
  });

  it('lets the one behind it have the item', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const caller = new AbortController();
    const [first, second] = [
      watch(pool.lease('a', { borrower, signal: caller.signal })),
      watch(pool.lease('a', { borrower })),
    ];
    caller.abort();
    workshop.underWay[0]?.succeed();
    await settle();
    expect(first.error).toMatchObject({ name: 'AbortError' });
    expect(second.lease).toBeDefined();
  });

  it('leaves an item that the plan has no place for to be destroyed', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const caller = new AbortController();
    const call = watch(pool.lease('a', { borrower, signal: caller.signal }));
    caller.abort();
    const [item] = workshop.succeedAll();
    await settle();
    expect(call.error).toBeDefined();
    expect(item?.disposals).toBe(1);
  });

  it('has no say once it has its item', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const caller = new AbortController();
    const call = watch(pool.lease('a', { borrower, signal: caller.signal }));
    await settle();
    workshop.succeedAll();
    await settle();
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    caller.abort();
    await settle();
    expect(call.lease?.item.disposals).toBe(0);
    expect(pool.stats.leased).toBe(1);
  });
});

describe('an item that ends by itself while it is ready', () => {
  it('is replaced and never leased', async () => {
    const { pool, workshop, items } = await filledPool();
    await vi.advanceTimersByTimeAsync(60_000);
    items[0]?.end();
    await settle();
    expect(pool.stats).toEqual({ warm: 2, starting: 1, leased: 0, waiting: 0 });
    expect(items[0]?.disposals).toBe(1);
    workshop.succeedAll();
    for (let leases = 0; leases < 3; leases += 1) expect((await pool.lease('a', { borrower })).item).not.toBe(items[0]);
  });

  it('is not handed out to a call that waits for it', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const call = watch(pool.lease('a', { borrower }));
    await settle();
    const item = new FakeItem('a');
    item.end();
    workshop.underWay[0]?.succeed(item);
    await settle();
    expect(call.error).toMatchObject({ code: 'engine-failed', message: 'the item ended at once' });
    expect(item.disposals).toBe(1);
    expect(pool.stats).toEqual({ warm: 0, starting: 0, leased: 0, waiting: 0 });
  });

  it('right after it was made is replaced with growing pauses and not in a busy loop', async () => {
    const { pool, workshop, logger } = await filledPool({ size: 1 });
    for (let minute = 0; minute < 10; minute += 1) {
      for (let second = 0; second < 60; second += 1) {
        for (const item of workshop.items) item.end();
        await vi.advanceTimersByTimeAsync(1000);
        workshop.succeedAll();
        await settle();
      }
    }
    expect(workshop.begun).toBeGreaterThan(10);
    expect(workshop.begun).toBeLessThan(40);
    expect(logger.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { kind: 'a', error: 'it ended by itself right after it was made' }],
    ]);
    await vi.advanceTimersByTimeAsync(30_000);
    workshop.succeedAll();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'info', fields: { kind: 'a' } });
    expect(pool.stats.warm).toBe(1);
  });
});

describe('a kind that cannot be made', () => {
  it('gives waiting calls the error of the making at once', async () => {
    const { pool, workshop } = openPool();
    const call = watch(pool.lease('a', { borrower }));
    await settle();
    const error = new AppError('image-missing', 'The image is not there.');
    workshop.failAll('a', error);
    await settle();
    expect(call.error).toBe(error);
    expect(pool.stats).toEqual({ warm: 0, starting: 0, leased: 0, waiting: 0 });
  });

  it('wraps what is thrown and is no error', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    const call = watch(pool.lease('a', { borrower }));
    await settle();
    workshop.failAll('a', 'out of paper');
    await settle();
    expect(call.error).toEqual(new Error('out of paper'));
  });

  it('does not fail a call while another making under way can serve it', async () => {
    const { pool, workshop } = openPool();
    pool.fill();
    const call = watch(pool.lease('a', { borrower }));
    await settle();
    workshop.underWay[0]?.fail();
    await settle();
    expect(call).toEqual({});
    workshop.underWay[0]?.succeed();
    await settle();
    expect(call.lease).toBeDefined();
  });

  it('is tried again once after each pause, and the pauses double up to half a minute', async () => {
    const { pool, workshop } = openPool();
    pool.fill();
    expect(workshop.underWay).toHaveLength(3);
    workshop.failAll();
    await settle();
    for (const pauseMs of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(workshop.underWay).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(workshop.underWay).toHaveLength(1);
      workshop.failAll();
      await settle();
    }
    expect(pool.stats).toEqual({ warm: 0, starting: 0, leased: 0, waiting: 0 });
  });

  it('is one line in the log when it begins and one when it is over, and then the pool is filled', async () => {
    const { pool, workshop, logger } = openPool();
    pool.fill();
    for (let tries = 0; tries < 5; tries += 1) {
      workshop.failAll();
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatchObject({ level: 'warn', fields: { kind: 'a', error: 'no a today' } });
    workshop.succeedAll();
    await settle();
    expect(logger.lines).toHaveLength(2);
    expect(logger.lines[1]).toMatchObject({ level: 'info', fields: { kind: 'a' } });
    workshop.succeedAll();
    await settle();
    expect(pool.stats.warm).toBe(3);
    expect(logger.lines).toHaveLength(2);
  });

  it('is over as soon as one could be made for a call', async () => {
    const { pool, workshop } = openPool();
    pool.fill();
    workshop.failAll();
    await settle();
    expect(pool.offers('a')).toBe(false);
    const call = watch(pool.lease('a', { borrower }));
    await settle();
    workshop.succeedAll();
    await settle();
    expect(call.lease).toBeDefined();
    expect(pool.offers('a')).toBe(true);
    expect(pool.stats.starting).toBe(3);
  });

  it('does not keep other kinds from being made', async () => {
    const { pool, workshop } = openPool({ ranked: ['a', 'b'] });
    pool.fill();
    workshop.failAll('a');
    workshop.succeedAll('b');
    await settle();
    const { item } = await pool.lease('b', { borrower });
    expect(item.key).toBe('b');
    await vi.advanceTimersByTimeAsync(refillDelayMs);
    expect(workshop.making('b')).toBeGreaterThan(0);
    expect(workshop.making('a')).toBe(0);
  });

  it('is tried no more when nobody wants it any more', async () => {
    let tries = 0;
    const make = (): Promise<FakeItem> => {
      tries += 1;
      return Promise.reject(new Error('never'));
    };
    const { pool } = openPool({ ranked: [], size: 1, make });
    for (let notes = 0; notes < 3; notes += 1) pool.note('x');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(tries).toBeGreaterThan(10);
    tries = 0;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(tries).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the age of items', () => {
  it('limits how long one is kept: it gets a successor before it goes, so that one is always ready', async () => {
    const { pool, workshop, items } = await filledPool();
    await vi.advanceTimersByTimeAsync(maxAgeMs * 0.8);
    for (let successors = 1; successors <= 3; successors += 1) {
      expect(workshop.underWay).toHaveLength(1);
      expect(pool.stats.warm).toBe(3);
      workshop.succeedAll();
      await settle();
      expect(items.filter(({ disposals }) => disposals === 1)).toHaveLength(successors);
    }
    expect(pool.stats).toEqual({ warm: 3, starting: 0, leased: 0, waiting: 0 });
  });

  it('is a hard limit: an item that got no successor in time is not handed out', async () => {
    const { pool, workshop, items } = await filledPool();
    await vi.advanceTimersByTimeAsync(maxAgeMs);
    expect(items.map(({ disposals }) => disposals)).toEqual([1, 1, 1]);
    expect(workshop.making('a')).toBe(3);
    const call = watch(pool.lease('a', { borrower }));
    await settle();
    expect(call).toEqual({});
    expect(pool.stats).toEqual({ warm: 0, starting: 4, leased: 0, waiting: 1 });
  });

  it('does not run for what is leased', async () => {
    const { pool } = await filledPool();
    const { item } = await pool.lease('a', { borrower });
    await vi.advanceTimersByTimeAsync(10 * maxAgeMs);
    expect(item.disposals).toBe(0);
  });
});

describe('kinds', () => {
  const header = { ranked: ['bare'], size: 2 };

  /** Leases and gives everything back, over and over. */
  async function demandOf(pool: FakePool, workshop: FakeWorkshop, key: string, times: number): Promise<void> {
    for (let count = 0; count < times; count += 1) {
      pool.note(key);
      workshop.succeedAll();
      await settle();
    }
  }

  it('that are not ranked are kept ready when they are asked for more than once', async () => {
    const { pool, workshop } = await filledPool(header);
    pool.note('x');
    await settle();
    expect(workshop.making('x')).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    pool.note('x');
    workshop.succeedAll();
    await settle();
    expect(pool.hasWarm('x', borrower)).toBe(true);
    expect(pool.stats).toEqual({ warm: 2, starting: 0, leased: 0, waiting: 0 });
  });

  it('count as asked for when they are leased', async () => {
    const { pool, workshop } = await filledPool(header);
    for (let calls = 0; calls < 2; calls += 1) {
      const leasing = pool.lease('x', { borrower });
      workshop.succeedAll('x');
      await leasing;
    }
    await settle();
    expect(pool.hasWarm('x', borrower)).toBe(true);
  });

  it('share the pool when two are wanted', async () => {
    const { pool, workshop } = openPool({ ranked: ['bare'], size: 5 });
    await demandOf(pool, workshop, 'x', 4);
    await demandOf(pool, workshop, 'y', 4);
    expect(['bare', 'x', 'y'].map((key) => pool.hasWarm(key, borrower))).toEqual([true, true, true]);
    expect(pool.stats.warm).toBe(5);
  });

  it('give way to one that is wanted now when they have not been for long', async () => {
    const { pool, workshop } = await filledPool(header);
    await demandOf(pool, workshop, 'x', 8);
    expect(pool.hasWarm('x', borrower)).toBe(true);
    await vi.advanceTimersByTimeAsync(1_800_000);
    await demandOf(pool, workshop, 'y', 3);
    expect(pool.hasWarm('y', borrower)).toBe(true);
    expect(pool.hasWarm('x', borrower)).toBe(false);
    expect(workshop.items.filter(({ key, disposals }) => key === 'x' && disposals === 0)).toEqual([]);
  });

  it('are not kept when they may not be', async () => {
    const { pool, workshop } = await filledPool({ ...header, mayKeep: (key) => key === 'y' });
    await demandOf(pool, workshop, 'x', 8);
    expect(pool.offers('x')).toBe(false);
    expect(pool.hasWarm('x', borrower)).toBe(false);
  });

  it('that are used together do not throw each other’s items away', async () => {
    const { pool, workshop } = openPool({ ranked: ['program', 'server'], size: 3 });
    for (let calls = 0; calls < 50; calls += 1) {
      pool.fill();
      workshop.succeedAll();
      await settle();
      const leases = [pool.lease('server', { borrower }), pool.lease('program', { borrower })];
      await settle();
      workshop.succeedAll();
      for (const lease of leases) await (await lease).item[Symbol.asyncDispose]();
    }
    // Two for each call, three to begin with, and a few while the pool finds its balance.
    expect(workshop.begun).toBeLessThan(50 * 2 + 3 + 6);
  });
});

describe('a pool of size 0', () => {
  it('makes an item for each call and keeps none', async () => {
    const { pool, workshop } = openPool({ size: 0 });
    pool.fill();
    expect(workshop.begun).toBe(0);
    for (let calls = 1; calls <= 3; calls += 1) {
      const leasing = pool.lease('a', { borrower });
      await settle();
      expect(workshop.begun).toBe(calls);
      workshop.succeedAll();
      expect((await leasing).wasWarm).toBe(false);
    }
    await settle();
    expect(workshop.begun).toBe(3);
    expect(pool.offers('a')).toBe(false);
  });
});

describe('disposing the pool', () => {
  it('destroys what is ready, and waits until it is gone', async () => {
    const { pool, items } = await filledPool();
    let destroyed = (): void => undefined;
    const slow = items[1];
    if (slow !== undefined) {
      slow[Symbol.asyncDispose] = () =>
        new Promise((resolve) => {
          destroyed = () => {
            resolve();
          };
        });
    }
    let isDisposed = false;
    const disposing = pool[Symbol.asyncDispose]().then(() => {
      isDisposed = true;
    });
    await settle();
    expect([items[0]?.disposals, items[2]?.disposals]).toEqual([1, 1]);
    expect(isDisposed).toBe(false);
    destroyed();
    await disposing;
    expect(pool.stats.warm).toBe(0);
  });

  it('waits until what was still being made is gone, too', async () => {
    const { pool, workshop } = openPool({ size: 1 });
    pool.fill();
    const item = new FakeItem('a');
    const order: string[] = [];
    item[Symbol.asyncDispose] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      order.push('item');
    };
    const disposing = pool[Symbol.asyncDispose]().then(() => order.push('pool'));
    workshop.underWay[0]?.succeed(item);
    await vi.advanceTimersByTimeAsync(1000);
    await disposing;
    expect(order).toEqual(['item', 'pool']);
  });

  it('tells makings to give up, and destroys what they make all the same', async () => {
    const { pool, workshop } = openPool();
    pool.fill();
    const disposing = pool[Symbol.asyncDispose]();
    await settle();
    expect(workshop.underWay.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    const item = workshop.underWay[0]?.succeed();
    workshop.failAll();
    await disposing;
    expect(item?.disposals).toBe(1);
    expect(pool.stats).toEqual({ warm: 0, starting: 0, leased: 0, waiting: 0 });
  });

  it('refuses calls that wait and calls that come', async () => {
    const { pool, workshop } = openPool();
    const waiting = watch(pool.lease('a', { borrower }));
    await settle();
    const disposing = pool[Symbol.asyncDispose]();
    const late = watch(pool.lease('a', { borrower }));
    workshop.failAll();
    await disposing;
    expect(waiting.error).toMatchObject({ code: 'shutting-down' });
    expect(late.error).toMatchObject({ code: 'shutting-down' });
  });

  it('leaves leased items to their owners', async () => {
    const { pool, workshop } = await filledPool();
    const { item } = await pool.lease('a', { borrower });
    const disposing = pool[Symbol.asyncDispose]();
    workshop.failAll();
    await disposing;
    expect(item.disposals).toBe(0);
  });

  it('begins nothing any more: no timer, no retry, no refill', async () => {
    const { pool, workshop } = openPool({ ranked: ['a', 'b'] });
    pool.fill();
    workshop.failAll('a');
    workshop.succeedAll('b');
    await settle();
    await pool[Symbol.asyncDispose]();
    const { begun } = workshop;
    pool.fill();
    pool.note('a');
    await vi.advanceTimersByTimeAsync(10 * maxAgeMs);
    expect(workshop.begun).toBe(begun);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('logs an item that cannot be destroyed and goes on', async () => {
    const { pool, items, logger } = await filledPool();
    if (items[0] !== undefined) items[0][Symbol.asyncDispose] = () => Promise.reject(new Error('the engine is gone'));
    await pool[Symbol.asyncDispose]();
    expect(logger.lines).toEqual([{ level: 'warn', message: 'left behind', fields: { error: 'the engine is gone' } }]);
    expect(items.slice(1).map(({ disposals }) => disposals)).toEqual([1, 1]);
  });
});

describe('another size', () => {
  it('that is smaller drops what is too much, the oldest first', async () => {
    const { pool, items } = await filledPool();
    pool.resize(1);
    expect(pool.stats.warm).toBe(3);
    pool.fill();
    await settle();
    expect(items.map(({ disposals }) => disposals)).toEqual([1, 1, 0]);
  });

  it('of none drops also what is in the making, makes nothing anew, and makes items for calls only', async () => {
    const { pool, workshop } = openPool();
    pool.fill();
    const call = watch(pool.lease('a', { borrower }));
    pool.resize(0);
    pool.fill();
    const made = workshop.succeedAll();
    await settle();
    expect(call.lease?.item).toBeDefined();
    expect(made.filter((item) => item !== call.lease?.item).every(({ disposals }) => disposals === 1)).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * maxAgeMs);
    expect(pool.stats).toMatchObject({ warm: 0, starting: 0 });
    expect(workshop.begun).toBe(made.length);
  });

  it('that is larger is made after what the next call needs', () => {
    const { pool, workshop } = openPool({ size: 0, ranked: ['a', 'b'] });
    pool.resize(2);
    expect(workshop.begun).toBe(0);
    void pool.lease('c', { borrower });
    expect(workshop.underWay.map(({ key }) => key)).toEqual(['c', 'a', 'b']);
  });
});
