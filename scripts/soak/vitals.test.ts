import { describe, expect, it } from 'vitest';
import { differences, type Vitals } from './vitals.ts';

const mebibyte = 1024 * 1024;
const before: Vitals = {
  containers: 6,
  liveBytes: 30 * mebibyte,
  residentBytes: 120 * mebibyte,
  descriptors: ['socket:[1]', 'pipe:[2]'],
};

describe('after a soak', () => {
  it('nothing is wrong when everything is as before', () => {
    expect(differences(before, { ...before })).toEqual([]);
  });

  it.each([
    ['a container more', { containers: 7 }, 'there are 7 containers instead of 6'],
    ['a container less', { containers: 5 }, 'there are 5 containers instead of 6'],
    [
      'three kilobytes kept of each of 2000 calls',
      { liveBytes: 36 * mebibyte },
      'live memory grew from 30.0 MiB to 36.0 MiB',
    ],
    [
      'memory that is not given back',
      { residentBytes: 240 * mebibyte },
      'resident memory grew from 120.0 MiB to 240.0 MiB',
    ],
    [
      'open files',
      { descriptors: [...before.descriptors, 'socket:[3]', 'socket:[4]', 'socket:[5]'] },
      '5 files are open instead of 2: socket:[1], pipe:[2], socket:[3], socket:[4], socket:[5]',
    ],
  ] as const)('%s is a problem', (_, change, problem) => {
    expect(differences(before, { ...before, ...change })).toEqual([problem]);
  });
});
