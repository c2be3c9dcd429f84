import Verifier.Compat
import Verifier.Judge
import Verifier.KernelExport

/-!
Kernels that are not Lean's own, where the image has them: each is a program beside this one, which reads what was judged from
its input and says by its exit code whether it accepts it. What it prints goes where faults go: no answer stands there.
-/

namespace Verifier

open Lean

/-- How a kernel is asked. -/
structure OtherKernel where
  program : String
  /-- Its arguments. Throws when a file that it needs cannot be made. -/
  arguments : (axioms : Array Name) → IO (Array String)

private def input : String := "/dev/stdin"

/-- It is told by a file what it may believe. -/
private def nanodaArguments (axioms : Array Name) : IO (Array String) := do
  let file := "nanoda.json"
  IO.FS.writeFile file <| Json.compress <| Json.mkObj [
    ("use_stdin", true), ("permitted_axioms", .arr (axioms.map fun name => .str (name.toString (escape := false)))),
    ("unpermitted_axiom_hard_error", true), ("nat_extension", true), ("string_extension", true), ("print_success_message", false)
  ]
  return #[file]

/-- The kernels that are known here, by the names of docs/verify.md. -/
def otherKernel? : String → Option OtherKernel
  | "nanoda" => some { program := "nanoda_bin", arguments := nanodaArguments }
  | "con-ron" => some { program := "con-ron", arguments := fun _ => return #[input] }
  | "leanchecker" => some { program := "leanchecker", arguments := fun _ => return #["--from-export", input] }
  | _ => none

/-- What a kernel has said. -/
structure Opinion where
  exitCode : UInt32
  /-- Whether it has read all that there was; what one accepts that has not is not known. -/
  readAll : Bool

/-- Asks a kernel about what is written. -/
def OtherKernel.ask (kernel : OtherKernel) (axioms : Array Name) (write : IO.FS.Stream → IO Unit) : IO Opinion := do
  let program := (← getBuildDir) / "bin" / kernel.program
  let child ← IO.Process.spawn {
    cmd := program.toString, args := ← kernel.arguments axioms, stdin := .piped, stdout := .null, stderr := .inherit
  }
  let (stdin, child) ← child.takeStdin
  let readAll ← try write (IO.FS.Stream.ofHandle stdin); pure true
    catch error => IO.eprintln s!"not everything was written: {error}"; pure false
  return { exitCode := ← child.wait, readAll }

/-- What a kernel must accept: arithmetic, lists, quotients. -/
private def honest : List Name := [`Nat.add_comm, `List.append_assoc, `funext]

/-- What none may accept. -/
private def forged : ConstantInfo :=
  .thmInfo { name := `forged, levelParams := [], type := .const `False [], value := .const `True.intro [], all := [`forged] }

/-- Tries a kernel out, on what it must accept and on what it must not, and prints what it says of each. -/
def tryKernel (name : String) : IO UInt32 := do
  let some kernel := otherKernel? name | throw (IO.userError s!"no kernel is called {name}")
  let env ← Compat.importConstants #[`Init]
  let roots := [`False, `True] ++ honest
  let axioms ← match axiomsOf env roots with
    | .ok axioms => pure axioms
    | .error refusal => throw (IO.userError refusal.message)
  for (what, others) in [("accepts", #[]), ("refuses", #[forged])] do
    let { exitCode, readAll } ← kernel.ask axioms (KernelExport.write env roots · others)
    IO.println s!"{what} {exitCode} {readAll}"
  return 0

end Verifier
