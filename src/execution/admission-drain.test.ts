import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { localPrincipal } from '../core/ids.ts';
import { Admission } from './admission.ts';

const { signal } = new AbortController();

it('draining waits for the calls that are there, also for those that wait, and admits no others', async () => {
  const admission = new Admission({ concurrency: 1, maxWaiting: 5 });
  const gate = admission.of({ principal: localPrincipal });
  const done: string[] = [];
  const finish: (() => void)[] = [];
  const call = (name: string): Promise<void> =>
    gate.admit(
      async () => {
        await new Promise<void>((resolve) => finish.push(resolve));
        done.push(name);
      },
      signal,
      { memory: 0, cpus: 1 },
    );
  const calls = [call('first'), call('second')];
  const draining = admission.drain().then(() => done.push('drained'));
  await expect(call('late')).rejects.toMatchObject({ code: 'shutting-down' });
  while (done.length < 2) {
    finish.shift()?.();
    await turn();
  }
  await Promise.all([...calls, draining]);
  expect(done).toEqual(['first', 'second', 'drained']);
});
