import { expect, it, vi } from 'vitest';
import { Lazy } from './lazy.ts';

it('is made when it is first asked for, once for all who ask', async () => {
  const make = vi.fn(() => Promise.resolve({}));
  const lazy = new Lazy(make);
  expect(lazy.pending).toBeUndefined();
  const [first, second] = await Promise.all([lazy.get(), lazy.get()]);
  expect(first).toBe(second);
  expect(await lazy.get()).toBe(first);
  expect(await lazy.pending).toBe(first);
  expect(make).toHaveBeenCalledOnce();
});

it('is made again after a failure, of which all are told who waited', async () => {
  const make = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue('there');
  const lazy = new Lazy(make);
  const waiting = await Promise.allSettled([lazy.get(), lazy.get()]);
  expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(lazy.pending).toBeUndefined();
  expect(await lazy.get()).toBe('there');
  expect(make).toHaveBeenCalledTimes(2);
});

it('gives what was put in its place, also when what it was making fails afterwards', async () => {
  const lazy = new Lazy<string>(() => Promise.reject(new Error('away')));
  const waiting = lazy.get();
  lazy.set('another');
  await expect(waiting).rejects.toThrow('away');
  expect(await lazy.get()).toBe('another');
});

it('is made again when it was taken back', async () => {
  const make = vi.fn(() => Promise.resolve(1));
  const lazy = new Lazy(make);
  await lazy.get();
  lazy.set(undefined);
  await lazy.get();
  expect(make).toHaveBeenCalledTimes(2);
});
