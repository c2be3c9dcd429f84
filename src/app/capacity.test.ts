import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoPoolSize, callConcurrency } from './capacity.ts';

const gibibyte = 1024 ** 3;

describe('the number of ready sandboxes', () => {
  it.each([
    ['three for each CPU', { cpus: 2, memory: 64 * gibibyte }, gibibyte, 6],
    ['no more than fit into half of the memory', { cpus: 8, memory: 8 * gibibyte }, gibibyte, 4],
    ['one where memory is short', { cpus: 8, memory: gibibyte }, 4 * gibibyte, 1],
    ['at most 32', { cpus: 64, memory: 1024 * gibibyte }, gibibyte, 32],
  ])('is %s', (_, capacity, memoryLimit, expected) => {
    expect(autoPoolSize(capacity, memoryLimit)).toBe(expected);
  });

  it('is between 1 and 32 on any machine', () => {
    const bytes = fc.integer({ min: 1, max: 2 ** 45 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1024 }), bytes, bytes, (cpus, memory, memoryLimit) => {
        const size = autoPoolSize({ cpus, memory }, memoryLimit);
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(32);
      }),
    );
  });
});

describe('the number of calls at once', () => {
  it('is the configured one', () => {
    expect(callConcurrency(7, gibibyte)).toBe(7);
  });

  it('is at least one however little memory there is', () => {
    expect(callConcurrency('auto', 2 ** 60)).toBe(1);
  });
});
