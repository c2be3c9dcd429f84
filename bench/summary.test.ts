import { describe, expect, it } from 'vitest';
import { summarise } from './summary.ts';

describe('summarise', () => {
  it('gives nothing for nothing', () => {
    expect(summarise([])).toBeUndefined();
  });

  it.each([
    { samples: [7], median: 7, p95: 7 },
    { samples: [3, 1, 2], median: 2, p95: 3 },
    { samples: [4, 1, 3, 2], median: 2.5, p95: 4 },
    { samples: Array.from({ length: 100 }, (_, index) => 100 - index), median: 50.5, p95: 95 },
  ])('finds $median and $p95 whatever the order', ({ samples, median, p95 }) => {
    expect(summarise(samples)).toEqual({ count: samples.length, median, p95 });
  });

  it('rounds small numbers to tenths and large ones to whole', () => {
    expect(summarise([1.26])).toMatchObject({ median: 1.3 });
    expect(summarise([123.4])).toMatchObject({ median: 123 });
  });
});
