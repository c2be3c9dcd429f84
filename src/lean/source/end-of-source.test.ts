import { expect, test } from 'vitest';
import { endOfSource } from './end-of-source.ts';

test.each(['', 'def a := 1\n', '/- #exit -/ ', '#'])('ends before #exit behind %j', async (before) => {
  expect(await endOfSource(`${before}#exit`)).toBe(before.length);
  expect(await endOfSource(`${before}#exit -- done\nhow to do it?`)).toBe(before.length);
});

test.each([
  '',
  '#exits',
  '# exit',
  'exit',
  '-- #exit',
  '/- #exit -/',
  '/-- #exit -/',
  '#eval "#exit"',
  '#eval s!"{1}#exit"',
  '#eval exit',
  'def «#exit» := 1',
])('%j is read to its end', async (code) => {
  expect(await endOfSource(code)).toBe(code.length);
});
