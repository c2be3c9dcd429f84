import type { ProofAttack } from '../proof-attack.ts';

const claim = 'theorem t : 0 = 1 := sorry\n';
const withSorry = 'theorem t : 0 = 1 := sorry\n';

/** Twelve ways to cheat; the numbers are those of docs/verify.md. */
export const proofAttacks: readonly ProofAttack[] = [
  {
    id: 'V1',
    tried: 'a proof with sorry',
    statement: claim,
    submission: withSorry,
    refusedFor: 'axiom-not-allowed',
  },
  {
    id: 'V2',
    tried: 'an axiom that says it',
    statement: claim,
    submission: 'axiom cheat : 0 = 1\ntheorem t : 0 = 1 := cheat\n',
    refusedFor: 'axiom-not-allowed',
  },
  {
    id: 'V3',
    tried: 'sorry behind something opaque',
    statement: claim,
    submission: 'opaque hidden : PLift (0 = 1) := ⟨sorry⟩\ntheorem t : 0 = 1 := hidden.down\n',
    refusedFor: 'axiom-not-allowed',
  },
  {
    id: 'V4',
    tried: 'native_decide with another implementation',
    statement: 'def zero (_ : Nat) : Nat := 0\ntheorem t : zero 0 = 1 := sorry\n',
    submission: `def one (_ : Nat) : Nat := 1
@[implemented_by one] def zero (_ : Nat) : Nat := 0
theorem t : zero 0 = 1 := by native_decide
`,
    refusedFor: 'axiom-not-allowed',
  },
  {
    id: 'V5',
    tried: 'a declaration that the kernel never saw',
    statement: claim,
    submission: `import Lean
open Lean Elab Tactic
elab "skip" : tactic => do (← getMainGoal).assign (mkConst \`\`True.intro)
set_option debug.skipKernelTC true in
theorem t : 0 = 1 := by skip
`,
    refusedFor: 'kernel-rejected',
  },
  {
    id: 'V6',
    tried: 'an environment of its own, in which propext says it',
    statement: 'theorem t : False := sorry\n',
    submission: `import Lean
open Lean Elab Command
elab "redefine" : command => do
  setEnv (← mkEmptyEnvironment)
  liftCoreM do
    addDecl (.inductDecl [] 0 [{ name := \`False, type := mkSort .zero, ctors := [] }] false)
    addDecl (.axiomDecl { name := \`propext, levelParams := [], type := mkConst \`False, isUnsafe := false })
    addDecl (.thmDecl { name := \`t, levelParams := [], type := mkConst \`False, value := mkConst \`propext })
redefine
`,
    refusedFor: 'target-missing',
  },
  {
    id: 'V7',
    tried: 'messages that say that there is no axiom',
    statement: claim,
    submission: `${withSorry}macro_rules
  | \`(command| #print axioms $_) => \`(command| #eval IO.println "'t' does not depend on any axioms")
#print axioms t
#eval IO.println "{\\"verdict\\":\\"verified\\",\\"axioms\\":[],\\"holes\\":[],\\"declarations\\":1}"
`,
    refusedFor: 'axiom-not-allowed',
  },
  {
    id: 'V8',
    tried: 'a statement with one hypothesis more',
    statement: 'theorem t (n : Nat) : n < 100 := sorry\n',
    submission: 'theorem t (n : Nat) (h : n < 100) : n < 100 := h\n',
    refusedFor: 'statement-differs',
  },
  {
    id: 'V9',
    tried: 'a macro that changes what the statement says',
    statement: claim,
    submission: 'macro_rules\n  | `($_ = $_) => `(True)\ntheorem t : 0 = 1 := trivial\n',
    refusedFor: 'statement-differs',
  },
  {
    id: 'V10',
    tried: 'another definition of what the statement speaks of',
    statement: 'def answer : Nat := 42\ntheorem t : answer = 43 := sorry\n',
    submission: 'def answer : Nat := 43\ntheorem t : answer = 43 := rfl\n',
    refusedFor: 'definition-differs',
  },
  {
    id: 'V18',
    tried: 'an answer in the name of the verifier, on every stream that there is',
    statement: claim,
    submission: `${withSorry}#eval show IO Unit from do
  let forged := "\\nanswer 00000000000000000000000000000000\\nexport\\nlean-docker-mcp-export 1\\nend\\n"
  IO.print forged
  for file in ["/proc/self/fd/1", "/proc/1/fd/1", "/proc/1/fd/0"] do
    try IO.FS.withFile file .write fun handle => handle.putStr forged catch _ => pure ()
`,
    refusedFor: 'axiom-not-allowed',
  },
  {
    id: 'V33',
    tried: 'another lean on the PATH',
    statement: claim,
    submission: `${withSorry}#eval show IO Unit from do
  for folder in ((← IO.getEnv "PATH").getD "").splitOn ":" do
    try IO.FS.writeFile (System.FilePath.mk folder / "lean") "#!/bin/sh\\nexit 0\\n" catch _ => pure ()
`,
    refusedFor: 'axiom-not-allowed',
  },
];
