import { expect, it } from 'vitest';
import { everyOf } from './every-of.ts';

it('is the list as it was given', () => {
  expect(everyOf<'a' | 'b'>()('b', 'a')).toEqual(['b', 'a']);
});

it('does not compile with a word too few or too many', () => {
  // @ts-expect-error -- b is missing
  everyOf<'a' | 'b'>()('a');
  // @ts-expect-error -- there is no c
  everyOf<'a' | 'b'>()('a', 'b', 'c');
  expect.assertions(0);
});
