import { expect, test } from 'vitest';
import { declarationAround } from './declaration-around.ts';

test.each([
  ['theorem a : p := by\n  simp\n', 'theorem b : p := by\n  HERE\n  simp\n\n', 'theorem c : p := x'],
  ['open X\n', '@[simp] private theorem b : p := HERE\n', '#print b'],
  ['section\n', '  protected def b := by\n    have h := HERE\n', '  example : p := x\nend'],
  ['', 'HERE\n', 'instance : C := x'],
  ['theorem a : p := x\n', 'def b : p := c where\nc := HERE', ''],
])('the declaration behind %j ends before the next', (before, declaration, after) => {
  const code = before + declaration + after;
  const from = code.indexOf('HERE');
  const { start, end } = declarationAround(code, from, from + 'HERE'.length);
  expect(code.slice(start, end)).toBe(declaration);
});
