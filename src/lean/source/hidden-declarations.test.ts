import { expect, it } from 'vitest';
import { hiddenDeclarations, nothingOpen } from './hidden-declarations.ts';

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
])('%j hides %j', async (text, names) => {
  expect((await hiddenDeclarations(text, nothingOpen)).names).toEqual(names);
});

it('goes on in what the text before has opened', async () => {
  const { end } = await hiddenDeclarations('namespace A\nmutual\n', nothingOpen);
  const { names, end: later } = await hiddenDeclarations('def f := 1\nend\ndef g := 2\n', end);
  expect(names).toEqual(['A.f']);
  expect((await hiddenDeclarations('open B in def h := 3\nend A\nopen B in def i := 4', later)).names).toEqual([
    'A.h',
    'i',
  ]);
});

it('does not make names that are longer than any, however deep they are', async () => {
  const { names } = await hiddenDeclarations(
    `${'namespace a\n'.repeat(50_000)}mutual\n${'def x\n'.repeat(50_000)}`,
    nothingOpen,
  );
  expect(names).toEqual([]);
});
