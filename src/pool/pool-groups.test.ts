import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ItemKind, PoolItem } from './item-kind.ts';
import { WarmPool } from './warm-pool.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const fail = (): Error => new Error('not in this test');

/** A pool of two groups with one kind each, and how many of each are ready. */
async function poolOf(size: number, memory: Readonly<Record<'a' | 'b', number>>, maxMemory?: number) {
  const kind = (group: 'a' | 'b'): ItemKind => ({
    name: `kind of ${group}`,
    group,
    keptOnDemand: false,
    make: (): Promise<PoolItem> =>
      Promise.resolve({ ended: new Promise(() => undefined), [Symbol.asyncDispose]: () => Promise.resolve() }),
  });
  const kinds = { a: kind('a'), b: kind('b') };
  const ignore = (): void => undefined;
  const owner = {
    shuttingDown: fail,
    endedAtOnce: fail,
    onTrouble: ignore,
    onRecovered: ignore,
    onLeftBehind: ignore,
  };
  const pool = new WarmPool<ItemKind>({ size, ranked: [], maxAgeMs: 1e9, owner, now: () => Date.now() });
  pool.resize(size, maxMemory);
  for (const name of ['a', 'b'] as const) pool.setGroup({ name, memory: memory[name], ranked: [kinds[name]] });
  const settle = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(1000);
  };
  pool.fill();
  await settle();
  return {
    pool,
    settle,
    lease: async (name: 'a' | 'b') => await pool.lease(kinds[name], { borrower: 'ada' }),
    /** How many could be had at once. */
    drain: async (name: 'a' | 'b'): Promise<number> => {
      let count = 0;
      for (; pool.hasWarm(kinds[name], 'ada'); count += 1) await pool.lease(kinds[name], { borrower: 'ada' });
      return count;
    },
  };
}

it('groups share what is ready by demand, one of each at least', async () => {
  const { pool, lease, settle, drain } = await poolOf(6, { a: 1, b: 1 });
  for (let count = 0; count < 20; count += 1) {
    await lease('b');
    await settle();
  }
  expect(pool.stats.warm).toBe(6);
  expect(await drain('a')).toBe(1);
});

it('what one group no longer gets is dropped, and made of the other', async () => {
  const { pool, lease, settle, drain } = await poolOf(4, { a: 1, b: 1 });
  for (const wanted of ['a', 'b'] as const) {
    for (let count = 0; count < 40; count += 1) {
      await lease(wanted);
      await settle();
    }
  }
  // All that was wanted before is past.
  await vi.advanceTimersByTimeAsync(4 * 3_600_000);
  for (let count = 0; count < 10; count += 1) {
    await lease('b');
    await settle();
  }
  expect(pool.stats.warm).toBe(4);
  expect(await drain('b')).toBe(3);
});

it('items are as many as there is memory for', async () => {
  const { drain, pool } = await poolOf(10, { a: 6, b: 1 }, 10);
  expect(pool.stats.warm).toBe(5);
  expect([await drain('a'), await drain('b')]).toEqual([1, 4]);
});

it('a group that is all there is has at least one item, however large', async () => {
  const { pool } = await poolOf(3, { a: 100, b: 100 }, 10);
  expect(pool.stats.warm).toBe(1);
});
