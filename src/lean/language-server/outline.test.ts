import { describe, expect, it } from 'vitest';
import { declarationAt } from '../declaration.ts';
import type { LspSymbol } from './lean-protocol.ts';
import { declarationsIn } from './outline.ts';
import { ServedText } from './served-text.ts';

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

function names(text: string, symbols: readonly LspSymbol[]): readonly (string | undefined)[] {
  return declarationsIn(symbols, new ServedText(text)).map(({ name }) => name);
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

  it('do not include namespaces and sections, empty ones neither', () => {
    const text = 'namespace A\nsection\nnoncomputable section c\n';
    const symbols = ['A', '<section>', 'c'].map((name, line) => symbol(text, name, [line, line], []));
    expect(names(text, symbols)).toEqual([]);
  });

  it('are none where there is none', () => {
    const text = 'example : 1 = 1 := rfl\ninstance : Inhabited Nat := ⟨1⟩\ninstance inh : Inhabited Nat := ⟨1⟩\n';
    const symbols = ['example', 'instance  : Inhabited Nat', 'inh'].map((name, line) =>
      symbol(text, name, [line, line]),
    );
    expect(names(text, symbols)).toEqual([undefined, undefined, 'inh']);
  });

  it('leave out the namespace where `_root_` says so', () => {
    const text = 'namespace A\ndef _root_.a := 1\ndef sectioned := 1\n';
    const children = [symbol(text, '_root_.a', [1, 1]), symbol(text, 'sectioned', [2, 2])];
    expect(names(text, [symbol(text, 'A', [0, 2], children)])).toEqual(['a', 'A.sectioned']);
  });
});

describe('the declaration around a place', () => {
  const text = [
    'namespace A',
    'section Foo',
    'theorem _root_.x : p := by',
    '  simp',
    'end Foo',
    'example : p := h',
    'end A',
  ].join('\n');
  const inner = [symbol(text, 'Foo', [1, 4], [symbol(text, '_root_.x', [2, 3])]), symbol(text, 'example', [5, 5])];
  const declarations = declarationsIn([symbol(text, 'A', [0, 6], inner)], new ServedText(text));

  it('has the name that it has everywhere', () => {
    expect(declarationAt(declarations, text.indexOf('theorem') + 2)?.name).toBe('x');
  });

  it.each(['end Foo', 'end A', 'section'])('is none at %j', (place) => {
    expect(declarationAt(declarations, text.indexOf(place) + 3)).toBeUndefined();
  });

  it('has no name when it is an example', () => {
    expect(declarationAt(declarations, text.indexOf('example') + 1)).toMatchObject({ name: undefined });
  });
});
