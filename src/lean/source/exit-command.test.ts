import { expect, test } from 'vitest';
import { hasExitCommand } from './exit-command.ts';

test.each(['#exit', 'def a := 1\n#exit\nhow to do it?', '/- #exit -/ #exit -- done'])(
  '%j ends the text',
  async (code) => {
    expect(await hasExitCommand(code)).toBe(true);
  },
);

test.each([
  '',
  '#exits',
  '# exit',
  'exit',
  '-- #exit',
  '/- #exit -/',
  '#eval "#exit"',
  '#eval exit',
  'def «#exit» := 1',
])('%j does not', async (code) => {
  expect(await hasExitCommand(code)).toBe(false);
});
