import { expect, it } from 'vitest';
import { isObject } from './is-object.ts';

it.each([
  [{}, true],
  [[], false],
  [null, false],
  ['text', false],
  [undefined, false],
])('%j: %j', (value, expected) => {
  expect(isObject(value)).toBe(expected);
});
