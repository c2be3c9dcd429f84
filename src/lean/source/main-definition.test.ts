import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findMain } from './main-definition.ts';

describe('a root main', () => {
  test('is found with the place of its name', async () => {
    const code = '-- def main\ndef «main» : IO Unit := pure ()';
    expect(await findMain(code)).toEqual({ nameStart: 16, nameEnd: 22, isMutual: false });
  });

  test.each([
    'def main : IO Unit := pure ()',
    'import Lean\n\nunsafe def main := x',
    'partial def main := x',
    'noncomputable def main := x',
    'protected def main := x',
    '@[inline, export foo] unsafe def main := x',
    '/-- doc -/ def main := x',
    'abbrev main := x',
    'opaque main : IO Unit',
    'constant main : IO Unit',
    'open Foo in def main := x',
    'set_option a.b true in\ndef main := x',
    'variable (x) in def main := x',
    'namespace A.B def x := 1 end A.B def main := x',
    'namespace A.B end B end A def main := x',
    'namespace A section B.C end B.C end A def main := x',
    'section def main := x end',
    'noncomputable section A def main := x',
    'mutual def f := 1 def main := x end',
    'namespace A mutual def f := 1 end end A def main := x',
    'namespace A def _root_.main := x end A',
    'def f := T.def def main := x',
    'namespace A def f : T := .end end A def main := x',
    'private def f := 1 def main := x',
    "def f := a[i]'h def main := x",
    'def f := \'"\' def main := "',
    'def s := s!"{f "}"}" def main := x',
    'def main (args : List String) := x\n#exit',
  ])('is in %j', async (code) => {
    const found = await findMain(code);
    expect(found && code.slice(found.nameStart, found.nameEnd)).toMatch(/^(?:_root_\.)?main$/);
  });

  test.each([
    '',
    '-- def main',
    '/- def main -/',
    '/-- def main -/ def f := 1',
    '/-- -- a -/\ndef main := x',
    '"def main"',
    's!"def main {x} def main"',
    'r#""def main"#',
    'private def main := x',
    'private unsafe def main := x',
    'theorem main : True := trivial',
    'instance main : Inhabited Nat := x',
    'example := main',
    'def f := main',
    'def Foo.main := x',
    'def main.aux := x',
    "def main' := x",
    'def mainly := x',
    'def _root_.A.main := x',
    'namespace A def main := x end A',
    'namespace A section B end B def main := x',
    'namespace A mutual end def main := x',
    'namespace A.B end B def main := x',
    'macro_rules | `(foo) => `(def main := x)',
    'def f := `[def main := x]',
    '#exit\ndef main := x',
    'structure main where x : Nat',
    'def f := x where main := 1',
    'def f := T.def main',
    'def f : T := .def main',
    'def «def» := 1 «def» main',
    'inductive T | main',
  ])('is not in %j', async (code) => {
    expect(await findMain(code)).toBeUndefined();
  });
});

describe('in a file that starts with `module`', () => {
  test.each([
    'public def main := x',
    'public section def main := x',
    '@[expose] public section A.B section def main := x',
  ])('a public main is found: %s', async (code) => {
    expect(await findMain(`module\n${code}`)).toBeDefined();
  });

  test.each(['def main := x', 'public def f := 1 def main := x', 'public section end def main := x'])(
    'any other is private to the file: %s',
    async (code) => {
      expect(await findMain(`module\n${code}`)).toBeUndefined();
    },
  );
});

/** Code without a root main, whatever stands around it, as long as it stands between commands. */
const decoy = fc.constantFrom(
  'def x := 1',
  'theorem main : True := trivial',
  'def Foo.main := 1',
  "def main' := 1",
  '-- def main\n',
  '/- /- def main -/ def main -/',
  '/-- def main -/',
  'def s := "def main"',
  'def s := s!"{"def main"}"',
  'private def main := 1',
  'macro "m" : command => `(def main := 1)',
  'open Foo (main)',
  'def f := (fun x => [x, {}])',
  "def c := '('",
  'def t : T := .end',
  '#eval main',
);
const name = fc.constantFrom(['A'], ['A', 'B'], ['«end»'], ['main']);

/** Commands in nested scopes, and whether a root main is among them. */
const { commands } = fc.letrec<{ commands: { code: string; definesMain: boolean; definesAnywhere: boolean } }>(
  (tie) => {
    const leaf = decoy.map((code) => ({ code, definesMain: false, definesAnywhere: false }));
    const main = fc.constantFrom(
      { code: 'def main := 1', definesMain: true, definesAnywhere: false },
      { code: '@[simp] unsafe def main := 1', definesMain: true, definesAnywhere: false },
      { code: 'def _root_.main := 1', definesMain: true, definesAnywhere: true },
    );
    const section = fc
      .tuple(fc.constantFrom('section', 'noncomputable section'), fc.option(name), tie('commands'))
      .map(([keyword, parts, inside]) => {
        const label = parts === null ? '' : ` ${parts.join('.')}`;
        return { ...inside, code: `${keyword}${label}\n${inside.code}\nend${label}` };
      });
    const mutual = tie('commands').map((inside) => ({ ...inside, code: `mutual\n${inside.code}\nend` }));
    const namespace = fc.tuple(name, fc.boolean(), tie('commands')).map(([parts, stepwise, inside]) => {
      const ends = stepwise ? parts.toReversed().map((part) => `end ${part}`) : [`end ${parts.join('.')}`];
      const code = `namespace ${parts.join('.')}\n${inside.code}\n${ends.join('\n')}`;
      return { code, definesMain: inside.definesAnywhere, definesAnywhere: inside.definesAnywhere };
    });
    const command = fc.oneof({ depthSize: 'small' }, leaf, leaf, main, section, mutual, namespace);
    return {
      commands: fc.array(command, { maxLength: 5 }).map((all) => ({
        code: all.map((item) => item.code).join('\n'),
        definesMain: all.some((item) => item.definesMain),
        definesAnywhere: all.some((item) => item.definesAnywhere),
      })),
    };
  },
);

test('whatever stands around it, a root main is found, and nothing else is taken for one', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async ({ code, definesMain }) => {
      expect((await findMain(code)) !== undefined).toBe(definesMain);
    }),
    { numRuns: 1000 },
  );
});

test.each(['(', ')', 'namespace A ', 'section A.B.C ', 'end A.B ', 'def ', 'private ', '#', 'mutual '])(
  'a megabyte of %j is read to its end',
  async (unit) => {
    expect(await findMain(unit.repeat(Math.ceil(1_000_000 / unit.length)))).toBeUndefined();
  },
);
