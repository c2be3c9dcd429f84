import { expect, test } from 'vitest';
import { declarationName } from './declaration-name.ts';

const document = [
  'namespace A',
  'section Foo',
  'theorem x : p := by',
  '  simp',
  'end Foo',
  'example : p := h',
  'end A',
].join('\n');
const span = (from: number, to: number) => ({
  start: { line: from, character: 0 },
  end: { line: to, character: document.split('\n')[to]?.length ?? 0 },
});
const symbol = (name: string, from: number, to: number, children?: ReturnType<typeof plain>[]) => ({
  ...plain(name, from, to),
  ...(children && { children }),
});
const plain = (
  name: string,
  from: number,
  to: number,
): { name: string; range: ReturnType<typeof span>; selectionRange: ReturnType<typeof span> } => ({
  name,
  range: span(from, to),
  selectionRange: span(from, to),
});
const symbols = [symbol('A', 0, 6, [symbol('Foo', 1, 4, [plain('x', 2, 3)]), plain('example', 5, 5)])];

test('a name has its namespaces, and no sections', () => {
  expect(declarationName(symbols, document, { line: 3, character: 2 })).toBe('A.x');
});

test.each([
  ['an example', 5],
  ['no declaration', 4],
  ['the end', 9],
])('%s has none', (_, line) => {
  expect(declarationName(symbols, document, { line, character: 1 })).toBeUndefined();
});
