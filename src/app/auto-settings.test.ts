import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsAtOnce, callsOfCaller, readySandboxes, sandboxMemory, warmHeaders } from './auto-settings.ts';

const gibibyte = 1024 ** 3;
const machine = (cpus: number, gibibytes: number) => ({ cpus, memory: gibibytes * gibibyte });
const bytes = fc.integer({ min: 1, max: 2 ** 45 });
const anyMachine = fc.record({ cpus: fc.integer({ min: 1, max: 1024 }), memory: bytes });

describe('memory of a sandbox', () => {
  it.each([
    ['one gibibyte', 'auto', undefined, gibibyte],
    ['what the image asks for', 'auto', 4 * gibibyte, 4 * gibibyte],
    ['one gibibyte where the image asks for less', 'auto', 1, gibibyte],
    ['the configured one, whatever the image asks for', 2 * gibibyte, 4 * gibibyte, 2 * gibibyte],
  ] as const)('is %s', (_, configured, asked, expected) => {
    expect(sandboxMemory({ memory_limit: configured }, asked)).toBe(expected);
  });
});

describe('the number of calls at once', () => {
  const auto = { max_concurrent_calls: 'auto' } as const;

  it.each([
    ['four for each CPU', machine(2, 64), gibibyte, 8],
    ['no more than the memory holds sandboxes', machine(8, 16), gibibyte, 16],
    ['fewer when each gets more', machine(8, 16), 4 * gibibyte, 4],
    ['one where memory is short', machine(8, 1), 4 * gibibyte, 1],
  ])('is %s', (_, capacity, memory, expected) => {
    expect(callsAtOnce(auto, memory, capacity)).toBe(expected);
  });

  it('is the configured one', () => {
    expect(callsAtOnce({ max_concurrent_calls: 7 }, 4 * gibibyte, machine(1, 1))).toBe(7);
  });

  it('leaves room for others than one caller, unless that is configured', () => {
    expect(callsOfCaller({ max_calls: 'auto' }, 8)).toBe(6);
    expect(callsOfCaller({ max_calls: 'auto' }, 1)).toBe(1);
    expect(callsOfCaller({ max_calls: 12 }, 8)).toBe(12);
  });

  it('is at least one, and its sandboxes fit into the memory when there are more', () => {
    fc.assert(
      fc.property(anyMachine, bytes, (capacity, memory) => {
        const calls = callsAtOnce(auto, memory, capacity);
        expect(calls).toBeGreaterThanOrEqual(1);
        if (calls > 1) expect(calls * memory).toBeLessThanOrEqual(capacity.memory);
      }),
    );
  });
});

describe('the number of ready sandboxes', () => {
  const auto = { pool_enabled: true, pool_size: 'auto' } as const;

  it.each([
    ['three for each CPU', machine(2, 64), 64 * gibibyte, gibibyte, 6],
    ['no more than fit into half of the memory', machine(8, 8), 64 * gibibyte, gibibyte, 4],
    ['no more than fit into half of the free memory', machine(8, 64), 8 * gibibyte, gibibyte, 4],
    ['one where memory is short', machine(8, 1), gibibyte, 4 * gibibyte, 1],
    ['at most 32', machine(64, 1024), 1024 * gibibyte, gibibyte, 32],
  ])('is %s', (_, capacity, free, memory, expected) => {
    expect(readySandboxes(auto, memory, capacity, { free, others: 0 })).toBe(expected);
  });

  it('of one server after the other comes to what the machine has, and one more for each that finds nothing left', () => {
    const sizes: number[] = [];
    for (let server = 0; server < 4; server += 1) {
      const others = sizes.reduce((sum, size) => sum + size, 0);
      sizes.push(readySandboxes(auto, gibibyte, machine(4, 64), { free: 64 * gibibyte, others }));
    }
    expect(sizes).toEqual([12, 1, 1, 1]);
  });

  it('is the configured one, and none without a pool', () => {
    expect(readySandboxes({ pool_enabled: true, pool_size: 9 }, gibibyte, machine(1, 1), { free: 1, others: 4 })).toBe(
      9,
    );
    expect(readySandboxes({ pool_enabled: false, pool_size: 9 }, gibibyte, machine(1, 1), { free: 1, others: 4 })).toBe(
      0,
    );
  });

  it('is between 1 and 32 on any machine', () => {
    fc.assert(
      fc.property(anyMachine, bytes, bytes, fc.nat(), (capacity, memory, free, others) => {
        const size = readySandboxes(auto, memory, capacity, { free, others });
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(32);
      }),
    );
  });
});

describe('the headers to keep ready', () => {
  it.each([
    ['auto', ['Init', 'Lean'], ['']],
    ['auto', ['Init', 'Mathlib'], ['', 'import Mathlib\n']],
    [['Lean  Std.Data', ''], ['Mathlib'], ['import Lean\nimport Std.Data\n', '']],
    [[], ['Mathlib'], []],
  ] as const)('are for %j with the libraries %j: %j', (configured, libraries, expected) => {
    expect(warmHeaders({ warm_headers: configured }, { libraries })).toEqual(expected);
  });
});
