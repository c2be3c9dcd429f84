import { expect, test } from 'vitest';
import { judgeLimits } from './cgroup-limits.ts';

const asked = { memory: 1024 ** 3, cpus: 1, processes: 256, folderSize: 1024 };

test('limits that the sandbox read as asked for are enforced', () => {
  const reading = { memory: 1024 ** 3, cpus: 1, processes: 256 };
  expect(judgeLimits(reading, asked, 'runc')).toEqual({
    verdict: 'ok',
    detail: 'a sandbox read its own: 1 GiB memory, 256 processes, 1 CPU',
    value: { asked, reading },
  });
});

test('one limit that is not enforced is a failure', () => {
  expect(judgeLimits({ memory: 1024 ** 3, cpus: Infinity, processes: 256 }, asked, 'runc')).toMatchObject({
    verdict: 'failed',
    detail: 'there is no limit of CPUs, where 1 was asked for',
  });
});

test('limits that gVisor hides are a failure that says so', () => {
  const { verdict, detail } = judgeLimits({}, asked, 'runsc');
  expect(verdict).toBe('failed');
  expect(detail).toContain('the runtime runsc may hide them');
});
