import { expect, it } from 'vitest';
import { memoryHintInLabel } from './labels.ts';

it.each([
  ['', ''],
  ['0', 0],
  ['8589934592', 8589934592],
])('the memory hint %j is %j', (label, hint) => {
  expect(memoryHintInLabel.parse(label)).toBe(hint);
});

it.each([['much'], ['-1'], ['1e9'], ['8g'], [' 1'], ['NaN']])('%j is no memory hint', (label) => {
  expect(memoryHintInLabel.safeParse(label).success).toBe(false);
});
