import { expect, it } from 'vitest';
import { beginsCommand } from './begins-command.ts';

it.each([
  'def x := 1',
  '#eval 1',
  '@[simp] theorem t : True := trivial',
  '/-- doc -/ def x := 1',
  '-- only a comment',
  '',
])('is sure of %j', (code) => {
  expect(beginsCommand(code)).toBe(true);
});

it.each([
  '+ 1',
  'y',
  'lemma t : 1 = 1 := rfl',
  '.succ',
  '#[1, 2]',
  '@f x',
  '| 0 => 1',
  'where x := 1',
  'deriving Repr',
  '-- first\n+ 1',
  '(1)',
])('is not sure of %j', (code) => {
  expect(beginsCommand(code)).toBe(false);
});
