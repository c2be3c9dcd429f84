import { expect, it } from 'vitest';
import { hiddenDeclarations } from './hidden-declarations.ts';

it.each([
  ['open A in\ntheorem t : x := y', ['t']],
  ['set_option a.b true in\nopen A B in\n/-- doc -/\n@[simp, inline] private noncomputable def f := 1', ['f']],
  ['mutual\npartial def f := g\npartial def g := f\nend\ndef h := 1', ['f', 'g']],
  [
    'namespace A.B\nmutual\ninductive T\ninductive _root_.U\nend\nend B\nopen C in def x := 1\nend A',
    ['A.B.T', 'U', 'A.x'],
  ],
  ['section S.T\nopen A in class inductive C\nend S.T', ['C']],
  ['def f := do\n  for x in xs do\n    def', []],
  ['def f := 1\nopen A\ndef g := (open A in x)', []],
  ['-- open A in def f\n"open A in def g"', []],
  ['example : T := T.end', []],
])('%j hides %j', (text, names) => {
  expect(hiddenDeclarations(text, 0)).toEqual(names);
});

it('counts names from an offset on, in namespaces that were opened before', () => {
  const text = 'namespace A\nopen B in def f := 1\n';
  const later = 'open B in def g := 2\n';
  expect(hiddenDeclarations(text + later, text.length)).toEqual(['A.g']);
});
