import { expect, it } from 'vitest';
import type { Principal } from '../core/ids.ts';
import { Admission, type CallerQuota } from './admission.ts';

const { signal } = new AbortController();
const cost = { memory: 0, cpus: 2 };
const ada = 'ada' as Principal;
const eve = 'eve' as Principal;

function setUp(quota: Partial<CallerQuota>) {
  let now = 0;
  const admission = new Admission({ concurrency: 1, maxWaiting: 3, now: () => now });
  const gateOf = (principal: Principal) => admission.of({ ...quota, principal });
  /** A call that takes so many seconds. */
  const call = async (principal: Principal, seconds: number): Promise<void> => {
    await gateOf(principal).admit(
      () => {
        now += seconds * 1000;
        return Promise.resolve();
      },
      signal,
      cost,
    );
  };
  const pass = (seconds: number): void => {
    now += seconds * 1000;
  };
  return { gateOf, call, pass };
}

it('refuses calls when the CPU time of a minute is used up, and says when to try again', async () => {
  const { call, pass } = setUp({ cpuSecondsPerMinute: 60 });
  await call(ada, 45);
  // On two CPUs that was 90 of 60; 60 a minute come back.
  await expect(call(ada, 1)).rejects.toMatchObject({ code: 'quota-used-up', retryAfterS: 30 });
  await call(eve, 1);
  pass(30);
  await call(ada, 1);
});

it('asks nobody about CPU time who is not limited', async () => {
  const { call } = setUp({});
  await call(ada, 1000);
  await call(ada, 1000);
});

it('refuses calls of one who has enough that wait, and of everybody when too many wait', async () => {
  const { gateOf } = setUp({ maxWaiting: 2 });
  let end: () => void = () => undefined;
  const running = gateOf(ada).admit(() => new Promise<void>((resolve) => (end = resolve)), signal, cost);
  const wait = (principal: Principal): Promise<void> => gateOf(principal).admit(() => Promise.resolve(), signal, cost);
  const waiting = [wait(ada), wait(ada)];
  await expect(wait(ada)).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('of yours') as string,
  });
  waiting.push(wait(eve));
  await expect(wait(eve)).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('docker.max_waiting_calls') as string,
    retryAfterS: 2,
  });
  end();
  await Promise.all([running, ...waiting]);
});
