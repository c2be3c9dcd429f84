import { describe, expect, it } from 'vitest';
import { slowdown, type Pair } from './slowdown.ts';

/** Calls to two servers on a machine whose load changes; the one takes so many times longer. */
function pairs(count: number, factor: number): Pair[] {
  return Array.from({ length: count }, (_, index) => {
    const load = 100 + 900 * Math.abs(Math.sin(index));
    // Small differences to either side, in no order.
    const noise = 1 + 0.2 * Math.sin(17 * index);
    return [factor * noise * load, load];
  });
}

describe('the slowdown of one server beside another', () => {
  it('is none when both are as fast, however the load of the machine changes', () => {
    const { low, median, high } = slowdown(pairs(40, 1));
    expect(low).toBeLessThan(1);
    expect(median).toBeCloseTo(1, 1);
    expect(high).toBeGreaterThan(1);
  });

  it('is found for certain when one is half as fast again', () => {
    expect(slowdown(pairs(40, 1.5)).low).toBeGreaterThan(1.2);
  });

  it('is bounded by the extremes of ten pairs, and by values further inside of more', () => {
    const increasing = (count: number): Pair[] => Array.from({ length: count }, (_, index) => [index + 1, 1]);
    expect(slowdown(increasing(10))).toEqual({ low: 1, median: 6, high: 10 });
    // Of 40 fair coins, eleven or fewer show heads with a probability of 0.3 %, twelve or fewer with 0.8 %.
    expect(slowdown(increasing(40))).toEqual({ low: 12, median: 21, high: 29 });
  });
});
