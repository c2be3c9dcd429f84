import { describe, expect, it } from 'vitest';
import { localPrincipal } from '../core/ids.ts';
import { RecentHistory } from './recent-history.ts';
import type { CallEnded, CallOutcome, Readings } from './telemetry.ts';

const start = Date.UTC(2026, 0, 1, 12, 0, 30);
const readings: Readings = {
  sandboxes: { warm: 1, starting: 0, leased: 0 },
  waitingForSandbox: 0,
  callsRunning: 0,
  callsWaiting: 0,
  longestDelayMs: 0,
  sessions: 0,
  logLinesDropped: 0,
};

function history(): {
  at: (minutes: number) => void;
  end: (outcome: CallOutcome, ms: number) => void;
  of: RecentHistory;
} {
  let now = start;
  const of = new RecentHistory({ read: () => readings, now: () => now });
  const call: Omit<CallEnded, 'outcome' | 'durationMs'> = {
    kind: 'call-ended',
    callId: 'c',
    principal: localPrincipal,
    tool: 'execute-lean',
    texts: [],
    startedAt: new Date(start),
    coldStart: false,
  };
  return {
    of,
    at: (minutes) => (now = start + minutes * 60_000),
    end: (outcome, durationMs) => {
      of.observe({ ...call, outcome, durationMs });
    },
  };
}

describe('RecentHistory', () => {
  it('puts calls into the minute in which they ended', () => {
    const { of, at, end } = history();
    end('success', 10);
    at(1);
    end('timed-out', 1000);
    end('rejected', 20);
    end('nothing-done', 20);
    const { minutes, tools, median, p95 } = of.past;
    expect(minutes).toHaveLength(60);
    expect(minutes.at(-2)).toMatchObject({ calls: { success: 1, stopped: 0 }, median: 10, readings });
    expect(minutes.at(-1)).toMatchObject({ calls: { success: 1, stopped: 1, rejected: 1 }, median: 20, p95: 1000 });
    expect(minutes.at(-3)).toEqual({
      startedAt: new Date(Date.UTC(2026, 0, 1, 11, 59)),
      calls: { success: 0, rejected: 0, stopped: 0, failed: 0 },
    });
    expect(tools).toEqual([{ tool: 'execute-lean', calls: { success: 2, rejected: 1, stopped: 1, failed: 0 } }]);
    expect([median, p95]).toEqual([20, 1000]);
  });

  it('forgets what is older than an hour, also when nothing happened since', () => {
    const { of, at, end } = history();
    end('failed', 1);
    at(59);
    expect(of.past.tools).toHaveLength(1);
    at(60);
    expect(of.past.tools).toEqual([]);
  });

  it('keeps a bounded number of durations, and counts all calls', () => {
    const { of, end } = history();
    for (let count = 0; count < 5000; count += 1) end('success', 7);
    expect(of.past.minutes.at(-1)).toMatchObject({ calls: { success: 5000 }, median: 7, p95: 7 });
  });
});
