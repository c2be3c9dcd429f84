import { describe, expect, it } from 'vitest';
import { commandAround } from './command-around.ts';

async function around(code: string): Promise<string | undefined> {
  const range = await commandAround(code, code.indexOf('main'));
  return range && code.slice(range.start, range.end);
}

describe('the command around a name', () => {
  it.each([
    ['', 'def main : IO Unit := pure ()', ''],
    ['import Lean\n', 'open Lean in def main := x', ''],
    ['def a := 1\n', 'open A in\ndef main := x', '\ndef b := 2'],
    ['', 'open A B in def main := do\n  foo', '\n\n#eval 1'],
    [
      '',
      'set_option a.b true in\nopen A in\n/-- doc -/\n@[inline]\nunsafe\ndef main := x',
      '\n\n-- about b\ndef b := 1',
    ],
    ['open A\n', '@[inline, export foo] partial def main := x', '\nopen B\n'],
    ['namespace A\ndef b := 1\nend A\n', 'open A in def main := f (instance := 1) T.end', '\nend B'],
    ['', 'variable (x) in\ndef main := do\n  for y in\n    ys do z\n-- rest\n  w', ''],
  ])('behind %j is %j', async (before, command, after) => {
    expect(await around(before + command + after)).toBe(command);
  });

  it.each([
    'def main := x def b := 1',
    'def a := 1 def main := x',
    '  def main := x\n  def b := 1',
    'def main := x #eval 1',
    'open A in def main := x open B',
    'import Lean\n  def main := x',
    'main',
  ])('is not told in %j', async (code) => {
    expect(await around(code)).toBeUndefined();
  });
});
