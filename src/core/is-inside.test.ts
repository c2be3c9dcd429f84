import { expect, it } from 'vitest';
import { isInside } from './is-inside.ts';

it.each([
  ['/a/b', true],
  ['/a/b/c', true],
  ['/a/b/..c', true],
  ['/a/b/c/../..', false],
  ['/a/bc', false],
  ['/a', false],
  ['/', false],
])('%s in /a/b: %j', (inner, expected) => {
  expect(isInside(inner, '/a/b')).toBe(expected);
});
