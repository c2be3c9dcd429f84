import { expect, it } from 'vitest';
import { definedNames } from './defined-names.ts';

const text = 'namespace A\ndef a := 1\ndef b := 2\n';
const declared = (name: string | undefined, at: string) => {
  const start = text.indexOf(at);
  return { name, start, end: start + 10, nameStart: start + 4 };
};
const declarations = [declared('A.a', 'def a'), declared(undefined, 'def a'), declared('A.b', 'def b')];

it('a text defines what is declared behind its first lines and has a name', () => {
  expect(definedNames(declarations, text, 0)).toEqual(['A.a', 'A.b']);
  expect(definedNames(declarations, text, 2)).toEqual(['A.b']);
  expect(definedNames(declarations, text, 3)).toEqual([]);
});
