import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, parseBytes } from './bytes.ts';

describe('parseBytes', () => {
  it.each([
    ['0', 0],
    ['1073741824', 1_073_741_824],
    ['1b', 1],
    ['512k', 524_288],
    ['512K', 524_288],
    ['64KB', 65_536],
    ['64kib', 65_536],
    ['512m', 536_870_912],
    ['1g', 1_073_741_824],
    ['1.5GiB', 1_610_612_736],
    ['2 gb', 2_147_483_648],
    [' 1t ', 1_099_511_627_776],
    ['0.5', 0],
  ])('reads %j as %i bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    '',
    ' ',
    'm',
    '-1',
    '+1',
    '1.',
    '.5',
    '1e3',
    '1,5g',
    '1x',
    '1mm',
    '1bb',
    '1bib',
    '1ib',
    '0x10',
    '1g 2m',
    '∞',
    'NaN',
  ])('refuses %j', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });

  it('reads what formatBytes writes, as exactly as that is', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), (bytes) => {
        const read = parseBytes(formatBytes(bytes)) ?? Number.NaN;
        expect(Math.abs(read - bytes)).toBeLessThanOrEqual(bytes * 0.05);
      }),
    );
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [1024 ** 2, '1 MiB'],
    [536_870_912, '512 MiB'],
    [150.4 * 1024 ** 2, '150 MiB'],
    [1024 ** 3, '1 GiB'],
    [1024 ** 4, '1 TiB'],
    [5000 * 1024 ** 4, '5000 TiB'],
  ])('writes %f as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
