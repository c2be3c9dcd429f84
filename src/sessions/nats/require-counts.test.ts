import type { KV } from '@nats-io/kv';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newSessionId } from '../../core/ids.ts';
import { requireCounts } from './require-counts.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What comes of a head that was written as number 5, when reading it back gives these; and what was asked of the servers. */
async function endOf(read: readonly (number | null)[]): Promise<{ readonly end: unknown; readonly asked: string[] }> {
  const left = [...read];
  const asked: string[] = [];
  const bucket = {
    put: (key: string) => {
      asked.push(`put ${key}`);
      return Promise.resolve(9);
    },
    get: (key: string) => {
      asked.push(`get ${key}`);
      const revision = left.length > 1 ? left.shift() : left[0];
      return Promise.resolve(revision === null ? null : { revision });
    },
  } as unknown as Pick<KV, 'put' | 'get'>;
  const checking = requireCounts(bucket, 'head', newSessionId(), 5).then(
    () => 'counts',
    (error: unknown) => error,
  );
  await vi.runAllTimersAsync();
  return { end: await checking, asked };
}

it('a head that is still the last behind another writing counts', async () => {
  expect(await endOf([5])).toEqual({ end: 'counts', asked: ['put last-writing', 'get head'] });
});

it('a head behind which another one was put in order has lost, whatever its writer was told', async () => {
  expect((await endOf([6])).end).toMatchObject({ code: 'session-changed' });
});

it.each([[[4, 4, 5]], [[null, 5]]])('a server that has not caught up is asked again: %j', async (read) => {
  expect((await endOf(read)).end).toBe('counts');
});

it('one that does not catch up is no yes', async () => {
  expect((await endOf([4])).end).toMatchObject({ message: 'its head cannot be read back' });
});
