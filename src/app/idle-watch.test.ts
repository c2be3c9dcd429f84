import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { callBegan as began, callEnded as ended } from '../../test/fakes/call-events.ts';
import { IdleWatch } from './idle-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(limitMs: number) {
  const onIdle = vi.fn();
  return { watch: new IdleWatch(limitMs, onIdle), onIdle };
}

it('notices that nobody has called since the start, once', () => {
  const { onIdle } = setUp(1000);
  vi.advanceTimersByTime(999);
  expect(onIdle).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(onIdle).toHaveBeenCalledOnce();
});

it('counts from the end of the last call, however long calls take', () => {
  const { watch, onIdle } = setUp(1000);
  watch.observe(began);
  watch.observe(began);
  vi.advanceTimersByTime(5000);
  watch.observe(ended);
  vi.advanceTimersByTime(5000);
  watch.observe(ended);
  vi.advanceTimersByTime(999);
  expect(onIdle).not.toHaveBeenCalled();
  watch.observe({ kind: 'sandbox-made', durationMs: 1 });
  vi.advanceTimersByTime(1);
  expect(onIdle).toHaveBeenCalledOnce();
});

it('never notices it when that is not wanted, or not any more', () => {
  const { onIdle } = setUp(0);
  const { watch, onIdle: onIdleOfOther } = setUp(1000);
  watch[Symbol.dispose]();
  vi.advanceTimersByTime(10_000);
  expect([onIdle.mock.calls, onIdleOfOther.mock.calls]).toEqual([[], []]);
});
