import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { codeOf } from './system-error.ts';

it('is what the system says', () => {
  let thrown: unknown;
  try {
    readFileSync('/there/is/no/such/file');
  } catch (error) {
    thrown = error;
  }
  expect(codeOf(thrown)).toBe('ENOENT');
});

it.each([new Error('without'), new DOMException('a number', 'TimeoutError'), { code: 'ENOENT' }, 'ENOENT', undefined])(
  '%o has none',
  (error) => {
    expect(codeOf(error)).toBeUndefined();
  },
);
