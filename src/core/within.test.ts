import { expect, it, vi } from 'vitest';
import { within } from './within.ts';

const never = new Promise<never>(() => undefined);

it('gives what came of the work, also when that is nothing', async () => {
  expect(await within(Promise.resolve(1), 60_000)).toEqual({ value: 1 });
  expect(await within(Promise.resolve(undefined), 60_000)).toEqual({ value: undefined });
});

it('throws what the work throws', async () => {
  await expect(within(Promise.reject(new Error('broken')), 60_000)).rejects.toThrow('broken');
});

it('leaves work that takes too long, and leaves no timer behind work that does not', async () => {
  vi.useFakeTimers();
  try {
    const late = within(never, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await late).toBeUndefined();
    await within(Promise.resolve(), 1000);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
