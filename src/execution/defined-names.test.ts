import { describe, expect, it } from 'vitest';
import type { LspSymbol } from '../lean/lean-server.ts';
import { definedNames } from './defined-names.ts';

/** A symbol of these lines (from 0), named at the last word of the first of them. */
function symbol(text: string, name: string, lines: readonly [number, number], children?: LspSymbol[]): LspSymbol {
  const [first, last] = lines;
  const column = text.split('\n')[first]?.indexOf(name) ?? -1;
  const start = { line: first, character: Math.max(0, column) };
  return {
    name,
    range: { start: { line: first, character: 0 }, end: { line: last, character: 3 } },
    selectionRange: { start, end: { line: first, character: start.character + name.length } },
    ...(children && { children }),
  };
}

function names(text: string, symbols: readonly LspSymbol[], linesBefore = 0): readonly string[] {
  return definedNames(symbols, text, linesBefore);
}

describe('the names of a text', () => {
  it('are full: with their namespaces, and without sections', () => {
    const text = 'namespace A.B\nsection x\ndef a := 1\nend x\n@[expose] public section\ndef b := 2\n';
    const inner = [
      symbol(text, 'x', [1, 3], [symbol(text, 'a', [2, 2])]),
      symbol(text, '<section>', [4, 5], [symbol(text, 'b', [5, 5])]),
    ];
    expect(names(text, [symbol(text, 'A.B', [0, 5], inner)])).toEqual(['A.B.a', 'A.B.b']);
  });

  it('are those behind the first lines, in namespaces that were opened before too', () => {
    const text = 'namespace A\ndef a := 1\ndef b := 2\n';
    const symbols = [symbol(text, 'A', [0, 2], [symbol(text, 'a', [1, 1]), symbol(text, 'b', [2, 2])])];
    expect(names(text, symbols, 2)).toEqual(['A.b']);
    expect(names(text, symbols, 3)).toEqual([]);
  });

  it('do not include namespaces and sections, empty ones neither', () => {
    const text = 'namespace A\nsection\nnoncomputable section c\n';
    const symbols = ['A', '<section>', 'c'].map((name, line) => symbol(text, name, [line, line], []));
    expect(names(text, symbols)).toEqual([]);
  });

  it('do not include what has no name', () => {
    const text = 'example : 1 = 1 := rfl\ninstance : Inhabited Nat := ⟨1⟩\ninstance inh : Inhabited Nat := ⟨1⟩\n';
    const symbols = ['example', 'instance  : Inhabited Nat', 'inh'].map((name, line) =>
      symbol(text, name, [line, line]),
    );
    expect(names(text, symbols)).toEqual(['inh']);
  });

  it('leave out the namespace where `_root_` says so', () => {
    const text = 'namespace A\ndef _root_.a := 1\ndef sectioned := 1\n';
    const children = [symbol(text, '_root_.a', [1, 1]), symbol(text, 'sectioned', [2, 2])];
    expect(names(text, [symbol(text, 'A', [0, 2], children)])).toEqual(['a', 'A.sectioned']);
  });
});
