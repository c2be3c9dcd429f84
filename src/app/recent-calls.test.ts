import { expect, it } from 'vitest';
import { localPrincipal } from '../core/ids.ts';
import type { TelemetryEvent } from '../telemetry/telemetry.ts';
import { RecentCalls } from './recent-calls.ts';

const began: TelemetryEvent = { kind: 'call-began', callId: 'c', tool: 't' };
const ended: TelemetryEvent = {
  kind: 'call-ended',
  callId: 'c',
  tool: 't',
  principal: localPrincipal,
  outcome: 'success',
  texts: [],
  startedAt: new Date(),
  durationMs: 1,
  coldStart: false,
};

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
