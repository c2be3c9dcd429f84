import type { ServerContext } from '@modelcontextprotocol/server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallContext } from '../execution/execution-service.ts';
import { withHeartbeat } from './progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A call that reports what it is told to report, and what the client then hears. */
function call(progressToken?: string) {
  const heard: string[] = [];
  const notify = ({ params }: { params: { progress: number; message: string; progressToken: string } }) => {
    heard.push(`${params.progressToken} ${params.progress} ${params.message}`);
    return Promise.resolve();
  };
  const meta = progressToken === undefined ? {} : { progressToken };
  const context = { mcpReq: { signal: new AbortController().signal, _meta: meta, notify } } as unknown as ServerContext;
  let callContext: CallContext | undefined;
  let end: () => void = () => undefined;
  const done = withHeartbeat(context, (given) => {
    callContext = given;
    return new Promise<void>((resolve) => (end = resolve));
  });
  const report = (message: string): void => callContext?.onProgress({ phase: 'elaborate', message });
  return { heard, report, end: () => (end(), done) };
}

it('tells the first thing at once, and of what follows soon only the last', async () => {
  const { heard, report, end } = call('t');
  for (const message of ['a', 'b', 'c']) report(message);
  expect(heard).toEqual(['t 1 a']);
  await vi.advanceTimersByTimeAsync(250);
  expect(heard).toEqual(['t 1 a', 't 2 c']);
  await end();
});

it('tells what comes after a pause at once', async () => {
  const { heard, report, end } = call('t');
  report('a');
  await vi.advanceTimersByTimeAsync(300);
  report('b');
  expect(heard).toEqual(['t 1 a', 't 2 b']);
  await end();
});

it('says the last thing again when nothing happens for long, so that clients do not give up', async () => {
  const { heard, report, end } = call('t');
  await vi.advanceTimersByTimeAsync(8000);
  report('a');
  await vi.advanceTimersByTimeAsync(8000);
  expect(heard).toEqual(['t 1 Waiting', 't 2 a', 't 3 a']);
  await end();
});

it('tells nothing after the end', async () => {
  const { heard, report, end } = call('t');
  report('a');
  report('b');
  await end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(heard).toEqual(['t 1 a']);
  expect(vi.getTimerCount()).toBe(0);
});

it('tells nothing to clients that did not ask', async () => {
  const { heard, report, end } = call();
  report('a');
  await vi.advanceTimersByTimeAsync(60_000);
  await end();
  expect(heard).toEqual([]);
});
