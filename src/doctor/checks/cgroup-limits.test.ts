import { expect, test } from 'vitest';
import { judgeLimits } from './cgroup-limits.ts';

const runc = { runtime: 'runc', kernel: 'shared' } as const;
const gvisor = { runtime: 'runsc', kernel: 'gvisor' } as const;
const asked = { memory: 1024 ** 3, cpus: 1, processes: 256, folderSize: 1024 };

test('limits that the sandbox read as asked for are enforced', () => {
  const reading = { memory: 1024 ** 3, cpus: 1, processes: 256 };
  expect(judgeLimits(reading, asked, runc)).toEqual({
    verdict: 'ok',
    detail: 'a sandbox read its own: 1 GiB memory, 256 processes, 1 CPU',
    value: { asked, reading },
  });
});

test('one limit that is not enforced is a failure', () => {
  expect(judgeLimits({ memory: 1024 ** 3, cpus: Infinity, processes: 256 }, asked, runc)).toMatchObject({
    verdict: 'failed',
    detail: 'there is no limit of CPUs, where 1 was asked for',
  });
});

test('gVisor shows the limit of memory as all that there is, and the others not at all', () => {
  expect(judgeLimits({ kernelMemory: 1024 ** 3, machineAvailable: 1 }, asked, gvisor)).toMatchObject({
    verdict: 'warning',
    detail: expect.stringMatching(/has 1 GiB memory; the runtime runsc does not show .* processes and CPUs/) as unknown,
    value: { asked, reading: { memory: 1024 ** 3 } },
  });
});

test.each([[{ kernelMemory: 16 * 1024 ** 3 }], [{}]])('gVisor with %j of memory does not keep the limit', (reading) => {
  expect(judgeLimits(reading, asked, gvisor)).toMatchObject({ verdict: 'failed' });
});

test('what only gVisor may hide is a failure elsewhere', () => {
  expect(judgeLimits({ kernelMemory: 1024 ** 3 }, asked, runc)).toMatchObject({
    verdict: 'failed',
    detail: expect.stringContaining('the limit of memory cannot be read') as unknown,
  });
});
