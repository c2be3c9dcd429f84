import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline, type StopReason } from './deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The reason so far. */
async function reasonOf(deadline: Deadline): Promise<StopReason | 'none yet'> {
  const later = vi.advanceTimersByTimeAsync(0).then(() => 'none yet' as const);
  const end = await deadline.race(later);
  expect(deadline.signal.aborted).toBe('stopped' in end);
  return 'stopped' in end ? end.stopped : end.value;
}

describe('Deadline', () => {
  it('has passed when its time is over, and not before', async () => {
    using deadline = new Deadline(1000);
    await vi.advanceTimersByTimeAsync(999);
    expect(await reasonOf(deadline)).toBe('none yet');
    await vi.advanceTimersByTimeAsync(1);
    expect(await reasonOf(deadline)).toBe('timed-out');
  });

  it('has passed when the caller gives up', async () => {
    const caller = new AbortController();
    using deadline = new Deadline(1000, caller.signal);
    caller.abort();
    expect(await reasonOf(deadline)).toBe('cancelled');
  });

  it('has passed from the start for a caller that has given up before', async () => {
    using deadline = new Deadline(0, AbortSignal.abort());
    await vi.advanceTimersByTimeAsync(10);
    expect(await reasonOf(deadline)).toBe('cancelled');
  });

  it('keeps its first reason, whatever comes later', async () => {
    const caller = new AbortController();
    using late = new Deadline(1000, caller.signal);
    using early = new Deadline(10, caller.signal);
    await vi.advanceTimersByTimeAsync(10);
    caller.abort();
    await vi.advanceTimersByTimeAsync(1000);
    expect([await reasonOf(early), await reasonOf(late)]).toEqual(['timed-out', 'cancelled']);
  });

  it('never passes without a limit and a caller', async () => {
    using deadline = new Deadline();
    await vi.advanceTimersByTimeAsync(1e9);
    expect(await reasonOf(deadline)).toBe('none yet');
  });

  it('leaves no timer and no listener behind when it is disposed', async () => {
    const caller = new AbortController();
    const deadline = new Deadline(1000, caller.signal);
    deadline[Symbol.dispose]();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    caller.abort();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await reasonOf(deadline)).toBe('none yet');
  });

  it('gives what work comes to before, and what it throws', async () => {
    using deadline = new Deadline(1000);
    expect(await deadline.race(Promise.resolve(1))).toEqual({ value: 1 });
    await expect(deadline.race(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('lets work that comes too late fail without anybody hearing of it', async () => {
    using deadline = new Deadline(10);
    let fail: (error: Error) => void = () => undefined;
    const raced = deadline.race(new Promise((_, reject) => (fail = reject)));
    await vi.advanceTimersByTimeAsync(10);
    fail(new Error('unheard'));
    expect(await raced).toEqual({ stopped: 'timed-out' });
  });
});

it('may be one of many with one caller: Node does not warn of a leak', async () => {
  vi.useRealTimers();
  const warnings: string[] = [];
  const hear = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', hear);
  const caller = new AbortController();
  const deadlines = Array.from({ length: 50 }, () => new Deadline(60_000, caller.signal));
  await turn();
  process.off('warning', hear);
  expect(warnings).toEqual([]);
  for (const deadline of deadlines) deadline[Symbol.dispose]();
});
