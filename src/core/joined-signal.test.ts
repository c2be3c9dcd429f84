import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { JoinedSignal } from './joined-signal.ts';

it('fires with the first of its sources, with its reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  using joined = new JoinedSignal([first.signal, second.signal]);
  expect(joined.signal.aborted).toBe(false);
  second.abort('second');
  first.abort('first');
  expect(joined.signal.reason).toBe('second');
});

it('has fired when one of its sources has', () => {
  using joined = new JoinedSignal([new AbortController().signal, AbortSignal.abort('before')]);
  expect(joined.signal.reason).toBe('before');
});

it('leaves nothing behind with its sources once it is disposed, and fires no more', () => {
  const source = new AbortController();
  const joined = new JoinedSignal([source.signal]);
  expect(getEventListeners(source.signal, 'abort')).toHaveLength(1);
  joined[Symbol.dispose]();
  expect(getEventListeners(source.signal, 'abort')).toEqual([]);
  source.abort();
  expect(joined.signal.aborted).toBe(false);
});

it('fires with a source that nobody else holds, whatever is collected meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const first = await new Promise<string>((resolve) => {
    const { signal } = new JoinedSignal([new AbortController().signal, AbortSignal.timeout(50)]);
    signal.addEventListener('abort', () => {
      resolve('the limit');
    });
    setTimeout(collect, 10);
    setTimeout(resolve, 500, 'what comes after it');
  });
  expect(first).toBe('the limit');
});
