import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type Docker from 'dockerode';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { labelPrefix } from '../sandbox/docker/container-spec.ts';
import { ownerLabel } from '../sandbox/docker/own-containers.ts';
import { autoPoolSize, callConcurrency, poolSize } from './capacity.ts';

const gibibyte = 1024 ** 3;

describe('the number of ready sandboxes', () => {
  const alone = { freeMemory: undefined, others: 0 };

  it.each([
    ['three for each CPU', { cpus: 2, memory: 64 * gibibyte, ...alone }, gibibyte, 6],
    ['no more than fit into half of the memory', { cpus: 8, memory: 8 * gibibyte, ...alone }, gibibyte, 4],
    [
      'no more than fit into half of what is free of it',
      { cpus: 8, memory: 16 * gibibyte, freeMemory: 4 * gibibyte, others: 0 },
      gibibyte,
      2,
    ],
    ['one where memory is short', { cpus: 8, memory: gibibyte, ...alone }, 4 * gibibyte, 1],
    ['at most 32', { cpus: 64, memory: 1024 * gibibyte, ...alone }, gibibyte, 32],
    ['what other servers leave', { cpus: 2, memory: 64 * gibibyte, freeMemory: undefined, others: 4 }, gibibyte, 2],
    [
      'one when others leave nothing',
      { cpus: 2, memory: 64 * gibibyte, freeMemory: undefined, others: 9 },
      gibibyte,
      1,
    ],
  ])('is %s', (_, capacity, memoryLimit, expected) => {
    expect(autoPoolSize(capacity, memoryLimit)).toBe(expected);
  });

  it('of one server after the other comes to what the machine has, and one more for each that finds nothing left', () => {
    const sizes: number[] = [];
    for (let server = 0; server < 4; server += 1) {
      const others = sizes.reduce((sum, size) => sum + size, 0);
      sizes.push(autoPoolSize({ cpus: 4, memory: 64 * gibibyte, freeMemory: undefined, others }, gibibyte));
    }
    expect(sizes).toEqual([12, 1, 1, 1]);
  });

  it('is asked of the engine: what it has, less the sandboxes of others', async () => {
    const owned = (owner: string) => ({ Labels: { [`${labelPrefix}owner`]: owner } });
    const engine = {
      info: () => Promise.resolve({ NCPU: 4, MemTotal: 1024 * gibibyte }),
      listContainers: () => Promise.resolve([owned('other:1'), owned(ownerLabel()), owned('other:2')]),
    } as unknown as Docker;
    const launch = { limits: { memory: gibibyte } } as LeanLaunch;
    expect(await poolSize('auto', launch, () => Promise.resolve(engine))).toBe(10);
    expect(await poolSize(7, launch, () => Promise.reject(new Error('not asked')))).toBe(7);
  });

  it('is between 1 and 32 on any machine', () => {
    const bytes = fc.integer({ min: 1, max: 2 ** 45 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1024 }), bytes, bytes, fc.nat(), (cpus, memory, memoryLimit, others) => {
        const size = autoPoolSize({ cpus, memory, freeMemory: memory, others }, memoryLimit);
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
