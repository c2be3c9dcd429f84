import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../../telemetry/telemetry.ts';
import { queueNames } from './names.ts';
import { watchOverlooked } from './overlooked-checks.ts';

const names = queueNames('test');
const subject = 'test.checks.image.ada';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Reading {
  /** Checks that the stream has. */
  readonly left: number;
  /** Those of them that the consumer knows of, and those that workers have. */
  readonly offered: number;
  readonly taken: number;
}

/** What is done while the servers say this, one after another, at each look. */
async function deedsAt(readings: readonly Reading[]): Promise<string[]> {
  const deeds: string[] = [];
  let looks = 0;
  const now = (): Reading => readings[looks - 1] ?? { left: 0, offered: 0, taken: 0 };
  const jsm = {
    streams: {
      info: () => {
        looks += 1;
        return Promise.resolve({ state: { subjects: { [subject]: now().left } } });
      },
    },
    consumers: {
      list: async function* () {
        const { offered: num_pending, taken: num_ack_pending } = now();
        yield await Promise.resolve({ name: 'ada', config: { filter_subject: subject }, num_pending, num_ack_pending });
      },
    },
  } as unknown as JetStreamManager;
  const connection = {
    request: (asked: string) => {
      deeds.push(`${looks}: ${asked}`);
      return Promise.resolve();
    },
  } as unknown as NatsConnection;
  const renew = ({ name }: { readonly name: string }): Promise<void> => {
    deeds.push(`${looks}: renew ${name}`);
    return Promise.resolve();
  };
  const closing = new AbortController();
  const watching = watchOverlooked({ connection, jsm, names, renew, logger: silentLogger }, closing.signal);
  while (looks < readings.length) await vi.advanceTimersByTimeAsync(1000);
  closing.abort();
  await vi.runAllTimersAsync();
  await watching;
  return deeds;
}

const overlooked: Reading = { left: 5, offered: 0, taken: 0 };
const given: Reading = { left: 5, offered: 0, taken: 5 };
const stepDown = `$JS.API.CONSUMER.LEADER.STEPDOWN.${names.checks}.ada`;

it('has another server lead a consumer that twice knows of no check that there is, then has it made anew', async () => {
  expect(await deedsAt([overlooked, overlooked, overlooked])).toEqual([`2: ${stepDown}`, '3: renew ada']);
});

it.each<[string, readonly Reading[]]>([
  ['only once', [overlooked, given, overlooked]],
  ['workers have them all', [given, given]],
  [
    'some are offered',
    [
      { left: 5, offered: 1, taken: 0 },
      { left: 5, offered: 1, taken: 0 },
    ],
  ],
  [
    'there are none',
    [
      { left: 0, offered: 0, taken: 0 },
      { left: 0, offered: 0, taken: 0 },
    ],
  ],
])('does nothing where %s', async (_, readings) => {
  expect(await deedsAt(readings)).toEqual([]);
});
