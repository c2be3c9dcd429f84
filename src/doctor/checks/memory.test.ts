import { expect, test } from 'vitest';
import type { CgroupReading } from '../cgroup-reading.ts';
import { parseEngineInfo } from '../../sandbox/docker/engine-facts.ts';
import { checkMemory } from './memory.ts';

const gibibyte = 1024 ** 3;
const info = parseEngineInfo({ MemTotal: 8 * gibibyte });
const check = (reading: CgroupReading, sandboxes: number, calls = 3) =>
  checkMemory({ asked: { memory: gibibyte, cpus: 1, processes: 256, folderSize: 1024 }, reading }, info, {
    calls,
    sandboxes,
  });

test('says how many sandboxes there is room for, and how many calls may need them', () => {
  const room = '4.5 GiB of 8 GiB are available to the engine: room for 4 sandboxes of 1 GiB; ';
  expect(check({ machineAvailable: 4.5 * gibibyte }, 2)).toMatchObject({
    verdict: 'ok',
    detail: `${room}3 calls are executed at a time`,
  });
  expect(check({ machineAvailable: 4.5 * gibibyte }, 2, 1).detail).toBe(`${room}1 call is executed at a time`);
});

test('memory that is just enough is enough', () => {
  expect(check({ machineAvailable: 4 * gibibyte }, 4).verdict).toBe('ok');
});

test('sandboxes that together may use more than there is are a warning, with a limit that fits', () => {
  expect(check({ machineAvailable: gibibyte }, 2)).toMatchObject({
    verdict: 'warning',
    next: 'export LEAN_DOCKER_MCP_MEMORY_LIMIT=512m',
  });
});

test('without knowledge of the machine nothing is claimed', () => {
  expect(check({}, 2).verdict).toBe('skipped');
});
