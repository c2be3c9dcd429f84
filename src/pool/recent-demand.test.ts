import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentDemand } from './recent-demand.ts';

const halfLifeMs = 1000;

/** A demand with a clock that the test sets. */
function demandAt(start = 0) {
  const clock = { now: start };
  return { clock, demand: new RecentDemand(halfLifeMs, () => clock.now) };
}

describe('RecentDemand', () => {
  it('knows nothing of what nobody asked for', () => {
    const { demand } = demandAt();
    expect(demand.of('a')).toBe(0);
    expect(demand.keys()).toEqual([]);
  });

  it('lets a request weigh half after the half-life', () => {
    const { demand, clock } = demandAt(5000);
    demand.record('a');
    expect(demand.of('a')).toBe(1);
    clock.now += halfLifeMs;
    expect(demand.of('a')).toBeCloseTo(0.5);
    demand.record('a');
    expect(demand.of('a')).toBeCloseTo(1.5);
  });

  it('weighs each request by its age alone, whatever was asked in between', () => {
    const requests = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), after: fc.nat(5000) }));
    fc.assert(
      fc.property(requests, (requests) => {
        const { demand, clock } = demandAt();
        const times: { key: string; at: number }[] = [];
        for (const { key, after } of requests) {
          clock.now += after;
          demand.record(key);
          times.push({ key, at: clock.now });
        }
        for (const key of ['a', 'b', 'c']) {
          const weights = times
            .filter((entry) => entry.key === key)
            .map(({ at }) => 2 ** ((at - clock.now) / halfLifeMs));
          expect(demand.of(key)).toBeCloseTo(
            weights.reduce((a, b) => a + b, 0),
            6,
          );
        }
      }),
    );
  });

  it('remembers a bounded number of keys and forgets those first that were not asked for the longest time', () => {
    const { demand } = demandAt();
    for (let index = 0; index < 1000; index += 1) {
      demand.record('always');
      demand.record(`once ${index}`);
    }
    expect(demand.keys().length).toBeLessThanOrEqual(64);
    expect(demand.of('always')).toBeCloseTo(1000);
    expect(demand.of('once 999')).toBe(1);
    expect(demand.of('once 0')).toBe(0);
  });
});
