import { expect, it } from 'vitest';
import { hoveredName } from './hovered-name.ts';

const block = (text: string, more = ''): string => `\`\`\`lean\n${text}\n\`\`\`${more}`;

it.each([
  [block('Nat.add_comm : ∀ (n m : Nat), n + m = m + n'), { name: 'Nat.add_comm' }],
  [
    block('Nat.add_comm (n m : Nat) : n + m = m + n', '\n***\n*import Init.Data.Nat.Basic*'),
    { name: 'Nat.add_comm', module: 'Init.Data.Nat.Basic' },
  ],
  [block('id.{u} {α : Sort u} (a : α) : α'), { name: 'id' }],
  [block('«odd name» : Nat'), { name: '«odd name»' }],
  [block('Deep.here (a : Nat) : a = a', '\n***\n🎉 doc '), { name: 'Deep.here' }],
])('a hover about a name says which, and where it is from: %j', (markdown, told) => {
  expect(hoveredName(markdown)).toEqual(told);
});

it.each([
  block('x + y : Nat'),
  'The `sorry` tactic is a placeholder',
  block('(fun x => x) : Nat → Nat'),
  block(''),
  '',
])('a hover about something else names nothing: %j', (markdown) => {
  expect(hoveredName(markdown)).toBeUndefined();
});
