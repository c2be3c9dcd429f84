import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { abortable } from './abortable.ts';

const endless = new Promise<never>(() => undefined);

it('gives what the work gives, and leaves nothing behind with the signal', async () => {
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve(1), signal)).toBe(1);
  await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('rejects with the reason of the signal, whether it fires meanwhile or has fired before', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = abortable(endless, controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(abortable(endless, controller.signal)).rejects.toBe(reason);
});

it('makes an error of a reason that is none', async () => {
  const controller = new AbortController();
  const waiting = abortable(endless, controller.signal);
  controller.abort('enough');
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
