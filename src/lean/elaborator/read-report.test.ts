import { describe, expect, it } from 'vitest';
import type { SentDeclaration } from './elaborator-protocol.ts';
import { SentPart } from './read-report.ts';

/** A declaration of a text, by the texts of all of it and of its name. */
function declared(text: string, name: string, all: string, written = name): SentDeclaration {
  const begin = text.indexOf(all);
  const place = (offset: number): { line: number; column: number } => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length, column: lines.at(-1)?.length ?? 0 };
  };
  return {
    name,
    kind: 'definition',
    type: '',
    line: place(begin).line,
    pos: place(begin),
    endPos: place(begin + all.length),
    namePos: place(begin + all.indexOf(written)),
    axioms: [],
    sorry: false,
  };
}

describe('what a text declares', () => {
  // As Lean 4.27 says it.
  const structure = 'structure P where\n  x : Nat\n  deriving Repr';
  const fn = 'def f : Nat → Nat\n  | 0 => go 1\n  | n + 1 => f n\nwhere go (k : Nat) := k';
  const text = `${structure}\n${fn}\nopen Nat in\ndef main : IO Unit := pure ()\ndef last := 1\n`;
  const sent = [
    declared(text, 'P', structure),
    declared(text, 'P.mk', 'P', 'P'),
    declared(text, 'P.x', 'x', 'x'),
    declared(text, 'instReprP', 'Repr', 'Repr'),
    declared(text, 'instReprP.repr', 'Repr', 'Repr'),
    declared(text, 'f', fn),
    declared(text, 'f.go', 'go (k : Nat) := k', 'go'),
    declared(text, 'main', 'def main : IO Unit := pure ()'),
    declared(text, 'last', 'def last := 1'),
  ];

  it('is what commands of its own declare, each once', () => {
    const found = new SentPart(text, 0).declarations(sent, 0);
    expect(found.map(({ name }) => name)).toEqual(['P', 'f', 'last']);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual([structure, fn, 'def last := 1']);
  });

  it('begins where it is asked from', () => {
    const found = new SentPart(text, 0).declarations(sent, text.indexOf(fn));
    expect(found.map(({ name }) => name)).toEqual(['f', 'last']);
  });
});
