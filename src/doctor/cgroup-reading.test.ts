import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SandboxLimits } from '../sandbox/sandbox.ts';
import { parseCgroupReading, unenforcedLimits, type CgroupReading } from './cgroup-reading.ts';

const gibibyte = 1024 ** 3;
const asked: SandboxLimits = { memory: gibibyte, cpus: 1.5, processes: 256, folderSize: 1024 ** 2 };

const version1 = `pids/pids.max 256
memory/memory.limit_in_bytes 1073741824
memory/memory.memsw.limit_in_bytes 1073741824
cpu/cpu.cfs_quota_us 150000
cpu/cpu.cfs_period_us 100000
MemAvailable: 2048
SwapTotal: 0
`;
const version2 = `memory.max 1073741824
memory.swap.max 0
pids.max 256
cpu.max 150000 100000
MemAvailable: 2048
SwapTotal: 0
`;
const everything: CgroupReading = {
  memory: gibibyte,
  memoryAndSwap: gibibyte,
  processes: 256,
  cpus: 1.5,
  machineSwap: 0,
  machineAvailable: 2048 * 1024,
};

describe('reading', () => {
  test.each([
    ['1', version1],
    ['2', version2],
  ])('control groups of version %s tell memory, swap, processes and CPUs', (_, output) => {
    expect(parseCgroupReading(output)).toEqual(everything);
  });

  test('version 2 writes max where there is no limit', () => {
    const reading = parseCgroupReading('memory.max max\nmemory.swap.max max\npids.max max\ncpu.max max 100000');
    expect(reading).toEqual({ memory: Infinity, memoryAndSwap: Infinity, processes: Infinity, cpus: Infinity });
  });

  test('version 1 writes numbers out of any reach, max and -1 where there is no limit', () => {
    const unlimited = `memory/memory.limit_in_bytes 9223372036854771712
pids/pids.max max
cpu/cpu.cfs_quota_us -1
cpu/cpu.cfs_period_us 100000`;
    expect(parseCgroupReading(unlimited)).toEqual({ memory: Infinity, processes: Infinity, cpus: Infinity });
  });

  test('what the sandbox could not read is absent', () => {
    expect(parseCgroupReading('memory.max 1073741824\n')).toEqual({ memory: gibibyte });
    expect(parseCgroupReading('')).toEqual({});
  });

  test('a quota without its period tells nothing about CPUs', () => {
    expect(parseCgroupReading('cpu/cpu.cfs_quota_us 150000').cpus).toBeUndefined();
    expect(parseCgroupReading('cpu.max 150000 0').cpus).toBeUndefined();
  });

  test('text that no kernel writes is no limit', () => {
    expect(parseCgroupReading('memory.max 1g\npids.max -5\npids.max\ncpu.max ten 100000')).toEqual({});
  });

  test('any output gives numbers or nothing', () => {
    const name = fc.constantFrom(...`${version1}${version2}`.split('\n').map((line) => line.split(' ')[0] ?? ''));
    const word = fc.oneof(fc.constantFrom('max', '-1', '0'), fc.nat().map(String), fc.string());
    const line = fc.tuple(name, word, word).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const wrong = Object.values(parseCgroupReading(lines.join('\n'))).filter((value) => !(value >= 0));
        expect(wrong).toEqual([]);
      }),
    );
  });
});

describe('comparing', () => {
  test('limits that are those that were asked for are enforced', () => {
    expect(unenforcedLimits(everything, asked)).toEqual([]);
  });

  test('a limit that cannot be read counts as not enforced', () => {
    expect(unenforcedLimits({}, asked)).toEqual([
      'the limit of memory cannot be read in the sandbox',
      'the limit of processes cannot be read in the sandbox',
      'the limit of CPUs cannot be read in the sandbox',
    ]);
  });

  test.each([
    ['memory', { memory: Infinity }, 'there is no limit of memory, where 1 GiB was asked for'],
    ['memory', { memory: 2 * gibibyte }, 'the limit of memory is 2 GiB, where 1 GiB was asked for'],
    ['memory', { memory: gibibyte / 2 }, 'the limit of memory is 512 MiB, where 1 GiB was asked for'],
    ['processes', { processes: Infinity }, 'there is no limit of processes, where 256 was asked for'],
    ['processes', { processes: 257 }, 'the limit of processes is 257, where 256 was asked for'],
    ['CPUs', { cpus: Infinity }, 'there is no limit of CPUs, where 1.5 was asked for'],
    ['CPUs', { cpus: 2 }, 'the limit of CPUs is 2, where 1.5 was asked for'],
  ])('another limit of %s is told', (_, different, problem) => {
    expect(unenforcedLimits({ ...everything, ...different }, asked)).toEqual([problem]);
  });

  test('the kernel may round to its units', () => {
    const uneven = { ...asked, memory: 1_000_000_001, cpus: 1 / 3 };
    const rounded = { ...everything, memory: 999_997_440, cpus: 0.33333 };
    expect(unenforcedLimits(rounded, uneven)).toEqual([]);
  });

  test('whatever was asked for, no limit at all is never taken for it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6 * 1024 ** 2 }),
        fc.double({ min: 0.01, max: 512, noNaN: true }),
        (memory, cpus) => {
          const unlimited = { memory: Infinity, processes: Infinity, cpus: Infinity };
          expect(unenforcedLimits(unlimited, { ...asked, memory, cpus })).toHaveLength(3);
        },
      ),
    );
  });
});
