import { describe, expect, it, vi } from 'vitest';
import { ReadingTurns } from './reading-turns.ts';

/** A thread whose time passes only while work is done, and timers that the test lets fire. */
function stoppedClock() {
  let now = 0;
  const timers: { readonly ms: number; readonly fire: () => void }[] = [];
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((fire: () => void, ms = 0) => {
    timers.push({ ms, fire });
    return undefined;
  }) as unknown as typeof setTimeout);
  return {
    timers,
    work: (ms: number) => () => {
      now += ms;
      return ms;
    },
    settle: async () => {
      for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
    },
  };
}

describe('turns of reading', () => {
  it('come one after the other, each after a rest as long as the one before took and what its sender owed', async () => {
    const { timers, work, settle } = stoppedClock();
    const turns = new ReadingTurns();
    const done: number[] = [];
    for (const ms of [30, 20, 10]) void turns.take(work(ms), ms === 20 ? 5 : 0).then((value) => done.push(value));
    await settle();
    expect(done).toEqual([30]);
    expect(timers.map(({ ms }) => ms)).toEqual([30]);
    timers[0]?.fire();
    await settle();
    expect(done).toEqual([30, 20]);
    expect(timers.map(({ ms }) => ms)).toEqual([30, 25]);
    vi.restoreAllMocks();
  });

  it('go on after a piece that failed, and each is told of', async () => {
    const heard: number[] = [];
    const turns = new ReadingTurns((spentMs) => heard.push(spentMs));
    await expect(
      turns.take(() => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    expect(await turns.take(() => 'next')).toBe('next');
    expect(heard).toHaveLength(2);
  });
});
