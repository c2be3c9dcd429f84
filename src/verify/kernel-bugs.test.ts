import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { firstGoodVersion, kernelBugs, reachableBugs } from './kernel-bugs.ts';

const gibibyte = 1024 ** 3;
const numbers = (version: string, memory: number): string[] =>
  reachableBugs(version, memory).map(({ number }) => number);

describe('the table of kernel bugs', () => {
  it('names each bug once, and versions that are releases', () => {
    expect(new Set(kernelBugs.map(({ number }) => number)).size).toBe(kernelBugs.length);
    expect(kernelBugs.map(({ firstGood }) => firstGood).filter((version) => semver.valid(version) !== version)).toEqual(
      [],
    );
  });

  it('is in the order of versions', () => {
    const versions = kernelBugs.map(({ firstGood }) => firstGood);
    expect(versions).toEqual(semver.sort([...versions]));
  });

  it('ends with the first version that has none of them', () => {
    expect(firstGoodVersion).toBe('4.34.1');
    expect(numbers(firstGoodVersion, 1024 * gibibyte)).toEqual([]);
  });
});

describe('the bugs that a submission can reach', () => {
  it('are those of declarations where the judge has little memory', () => {
    expect(numbers('4.27.0', gibibyte)).toEqual(['#14577', '#14613', '#14582', '#14806', '#14807', '#14833']);
  });

  it('are more where the judge has more memory', () => {
    expect(numbers('4.27.0', 18 * gibibyte)).toContain('#14838');
    expect(numbers('4.33.1', 17 * gibibyte)).toEqual([]);
    expect(numbers('4.33.1', 18 * gibibyte)).toEqual(['#15241', '#15288']);
    expect(numbers('4.34.0', 100 * gibibyte)).toEqual(['#15241', '#15288', '#15289']);
  });

  it('of a candidate are those of what came before it', () => {
    expect(numbers('4.32.2-rc1', gibibyte)).toContain('#14577');
    expect(numbers('4.32.2', gibibyte)).not.toContain('#14577');
  });

  it('are all of them where the version is no release', () => {
    for (const version of ['stand-in 4.99.0', 'main', '']) expect(numbers(version, gibibyte)).toContain('#8060');
  });
});
