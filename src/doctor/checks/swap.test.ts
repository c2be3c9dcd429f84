import { expect, test } from 'vitest';
import type { CgroupReading } from '../cgroup-reading.ts';
import { checkSwap } from './swap.ts';

const memory = 1024 ** 3;
const check = (reading: CgroupReading) =>
  checkSwap({ asked: { memory, cpus: 1, processes: 256, folderSize: 1024 }, reading });

test.each<[string, CgroupReading, string]>([
  ['memory and swap together are limited like memory', { memoryAndSwap: memory, machineSwap: 5 }, 'ok'],
  ['nothing accounts for swap, and the machine has none', { machineSwap: 0 }, 'ok'],
  ['nothing limits swap, and the machine has none', { memoryAndSwap: Infinity, machineSwap: 0 }, 'ok'],
  ['nothing accounts for swap, and the machine has some', { machineSwap: 5 }, 'warning'],
  ['nothing limits swap, and the machine has some', { memoryAndSwap: Infinity, machineSwap: 5 }, 'warning'],
  ['more is allowed than memory', { memoryAndSwap: 2 * memory, machineSwap: 5 }, 'warning'],
  ['nothing is known', {}, 'skipped'],
])('%s', (_, reading, verdict) => {
  expect(check(reading).verdict).toBe(verdict);
});
