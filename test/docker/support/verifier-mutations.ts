/*
 * Each check of the judge, and the judge without it. Left out is that axioms are also looked for behind structures that terms
 * project from: whatever has a structure's type names the structure, so no cheat can show it; it is there should that change.
 */

/** A check that is taken away. */
export interface Mutation {
  readonly without: string;
  /** Below `verifier/Verifier`. */
  readonly file: 'Check.lean' | 'Judge.lean' | 'Read.lean' | 'Text.lean';
  /** What stands there once, and what in its place. */
  readonly from: string;
  readonly to: string;
}

/** @param from stands in the file once */
const judge = (without: string, from: string, to: string): Mutation => ({ without, file: 'Judge.lean', from, to });
const read = (without: string, from: string, to: string): Mutation => ({ without, file: 'Read.lean', from, to });

export const mutations: readonly Mutation[] = [
  read('that term 0 is none', 'if word == "0" then malformed "there is no term 0" else entry', 'entry'),
  read('a limit of bound variables', 'if index ≥ limits.boundVariables then', 'if false then'),
  read('a limit of imports', 'if reading.export.imports.size ≥ limits.imports then', 'if false then'),
  read('constants that compiled code computes', 'if evaluated.contains name then', 'if false then'),
  read(
    'the end of an export',
    'return if left == 0 then .ok reading.export else',
    'return if true then .ok reading.export else',
  ),
  read(
    'what is partial',
    '.error { reason := .unsupportedDeclaration, declaration := name, message := s!"{name} is `unsafe` or `partial`" }',
    'return reading',
  ),
  read(
    'lines that are no item',
    '| _ => malformed s!"no item: {repr (" ".intercalate (words.map fun word => (word.take 40).toString))}"',
    '| _ => return reading',
  ),
  read('a limit of digits', 'match decimal? digits limits.digits with', 'match decimal? digits 1000000000 with'),
  {
    without: 'one way to write a number',
    file: 'Text.lean',
    from: '| some value => if toString value == word then some value else none',
    to: '| some value => some value',
  },
  {
    without: 'whole bytes in a text',
    file: 'Text.lean',
    from: '| [_], _ => none',
    to: '| [_], bytes => String.fromUTF8? bytes',
  },
  {
    without: 'names of modules that lead nowhere else',
    file: 'Check.lean',
    from: 'if let some name := modules.find? (!isPlainModule ·) then',
    to: 'if let some name := modules.find? (fun _ => false) then',
  },
  judge(
    'the kernel',
    'match env.addDecl kernelOptions declaration with',
    'match env.addDeclWithoutChecking declaration with',
  ),
  judge(
    'the list of allowed axioms, where one is declared',
    'unless policy.axioms.contains declared.name do\n',
    'unless true do\n',
  ),
  judge(
    'that the statement declares an axiom',
    'let some known := own? | refuse .axiomNotAllowed declared.name s!"the statement does not declare the axiom {declared.name}"',
    'let some known := own? | return',
  ),
  judge(
    'what an allowed axiom says',
    'requireSame .axiomNotAllowed known declared.toConstantVal "type" known.type declared.type',
    'discard <| pure known',
  ),
  judge('the list of allowed axioms, at the end', 'unless policy.axioms.contains name do', 'unless true do'),
  judge('universe parameters', 'unless wanted.levelParams.length == found.levelParams.length do', 'unless true do'),
  judge('any comparison of terms', 'unless wantedTerm == foundTerm do', 'unless true do'),
  judge('that a theorem is one', 'let .thmInfo found := info | differsInKind "theorem" info\n', 'let found := info\n'),
  judge(
    'what a theorem says',
    'requireSame reason wanted found.toConstantVal "type" wanted.type found.type',
    'requireSame reason wanted found.toConstantVal "type" wanted.type (renamed wanted found.levelParams wanted.type)',
  ),
  judge(
    'values of definitions',
    'requireSame .definitionDiffers wanted.toConstantVal found.toConstantVal "value" wanted.value found.value\n  | .opaqueDecl',
    'pure ()\n  | .opaqueDecl',
  ),
  judge(
    'values of what is opaque',
    'requireSame .definitionDiffers wanted.toConstantVal found.toConstantVal "value" wanted.value found.value\n  | .axiomDecl',
    'pure ()\n  | .axiomDecl',
  ),
  judge(
    'constructors of inductive types',
    'requireSame .definitionDiffers wanted known.toConstantVal "type" constructor.type known.type',
    'discard <| pure (wanted, known)',
  ),
  judge(
    'that a statement says what it is made of',
    'unless own.contains name || (imported.find? name).isSome || isRecursor name do',
    'unless true do',
  ),
  judge(
    'that only names that Lean made up are called otherwise',
    'unless a.isInternalDetail && b.isInternalDetail && declares statement a && !called.contains a do throw refusal',
    'unless declares statement a && !called.contains a do throw refusal',
  ),
  judge(
    'axioms behind definitions',
    'let terms : List Expr := match info with',
    'let terms : List Expr := if info matches .defnInfo _ then [info.type] else match info with',
  ),
  judge('axioms behind what is opaque', '(info.value? (allowOpaque := true))', '(info.value? (allowOpaque := false))'),
];
