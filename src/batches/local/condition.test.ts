import { expect, it } from 'vitest';
import { Condition } from './condition.ts';

const { signal } = new AbortController();

it('wakes all who wait, and nobody who comes later', async () => {
  const condition = new Condition();
  const waiting = [condition.wait(signal), condition.wait(signal)];
  condition.notifyAll();
  await Promise.all(waiting);
  let woken = false;
  const late = condition.wait(signal).then(() => (woken = true));
  await Promise.resolve();
  expect(woken).toBe(false);
  condition.notifyAll();
  await late;
});

it('is waited for no longer than its limit', async () => {
  await new Condition().wait(signal, 1);
});

it('is given up with the reason of the signal', async () => {
  const controller = new AbortController();
  const waiting = new Condition().wait(controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});
