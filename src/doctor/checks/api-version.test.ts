import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAtLeast } from './api-version.ts';

test.each([
  ['1.41', true],
  ['1.52', true],
  ['2.0', true],
  ['1.40', false],
  ['1.9', false],
  ['1.5', false],
  ['0.99', false],
  ['', false],
  ['1', false],
  ['v1.41', false],
])('%j is 1.41 or newer: %s', (version, expected) => {
  expect(isAtLeast(version, '1.41')).toBe(expected);
});

test('versions are ordered by their numbers', () => {
  const number = fc.nat(200);
  fc.assert(
    fc.property(number, number, number, number, (a, b, c, d) => {
      expect(isAtLeast(`${a}.${b}`, `${c}.${d}`)).toBe(a * 1000 + b >= c * 1000 + d);
    }),
  );
});
