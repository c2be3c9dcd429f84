import { describe, expect, it } from 'vitest';
import { byNewestVersion, isStableVersion, parseVersionLine, parseWantedVersion } from './lean-version.ts';

describe('parseVersionLine', () => {
  it.each([
    [
      'Lean (version 4.27.0, x86_64-unknown-linux-gnu, commit 0123456789abcdef0123456789abcdef01234567, Release)',
      { version: '4.27.0', githash: '0123456789abcdef0123456789abcdef01234567' },
    ],
    ['Lean (version 4.0.0, commit 5c4b9a3e05c3, Release)', { version: '4.0.0', githash: '5c4b9a3e05c3' }],
    ['Lean (version 4.28.0-nightly-2026-01-01, Release)', { version: '4.28.0-nightly-2026-01-01' }],
    ['Lean (version 4.27.0)', { version: '4.27.0' }],
    [
      'stand-in toolchain (version 4.0.0, commit 000000000000, plays recordings)',
      { version: 'stand-in toolchain 4.0.0', githash: '000000000000' },
    ],
  ])('of %s', (line, expected) => {
    expect(parseVersionLine(line)).toEqual(expected);
  });

  it.each(['', 'Lean', 'bash: lean: command not found', 'Lean version 4.27.0'])('of %j is nothing', (line) => {
    expect(parseVersionLine(line)).toBeUndefined();
  });
});

describe('parseWantedVersion', () => {
  it.each([
    ['4.27.0', '4.27.0'],
    ['v4.27.0', '4.27.0'],
    [' leanprover/lean4:v4.28.0-rc1\n', '4.28.0-rc1'],
    ['stable', undefined],
    ['latest', undefined],
  ])('of %j is %j', (text, version) => {
    expect(parseWantedVersion(text)).toBe(version);
  });

  it.each(['', '4', '4.27', 'newest', '4.27.0/../../x', '4.27.0 ; rm', 'v4.027.0', '../4.27.0'])(
    'refuses %j',
    (text) => {
      expect(() => parseWantedVersion(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
    },
  );
});

describe('versions', () => {
  it('are sorted by number, newest first', () => {
    expect(['4.9.0', '4.27.1', '4.28.0-rc1', '4.27.0'].sort(byNewestVersion)).toEqual([
      '4.28.0-rc1',
      '4.27.1',
      '4.27.0',
      '4.9.0',
    ]);
  });

  it('are stable when they are no candidates and no milestones', () => {
    expect(['4.27.0', '4.28.0-rc1', '4.0.0-m5'].map(isStableVersion)).toEqual([true, false, false]);
  });
});
