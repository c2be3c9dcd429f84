import { expect, it } from 'vitest';
import { callBegan as began, callEnded as ended } from '../../test/fakes/call-events.ts';
import { RecentCalls } from './recent-calls.ts';

it('lends all places while nobody calls, and a part of them during a call and for a minute after it', () => {
  let now = 0;
  const calls = new RecentCalls(() => now);
  const places = (): number => calls.placesForOthers(8, 0.75);
  expect(places()).toBe(8);
  calls.observe(began);
  now += 1_000_000;
  expect(places()).toBe(6);
  calls.observe(began);
  calls.observe(ended);
  now += 1_000_000;
  expect(places()).toBe(6);
  calls.observe(ended);
  now += 59_999;
  expect(places()).toBe(6);
  now += 1;
  expect(places()).toBe(8);
});

it('leaves one place in any case, so that a queue does not stand still', () => {
  const calls = new RecentCalls();
  calls.observe(began);
  expect(calls.placesForOthers(1, 0.75)).toBe(1);
  expect(calls.placesForOthers(2, 0.1)).toBe(1);
});
