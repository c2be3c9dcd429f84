import Elaborator.Channel
import Elaborator.Compat
import Elaborator.Protocol

/-!
Runs `main` of an elaborated text by Lean's interpreter, in this process, and says of its end what `lean --run` says.

The interpreter throws what Lean cannot catch (a declaration with `initialize` that is read, code that is not there). Only
where it evaluates a constant does it turn that into a value. So `main` is run as the value of a constant.
-/

namespace Elaborator

open Lean

/-- A name that no text has. -/
private def outcomeName : Name := `_elaborator ++ `outcome

/-- What `main` returns, or `none` for a type that `lean --run` does not know. -/
private def resultOf : Expr → Option Expr
  | .forallE _ _ body _ => resultOf body
  | .app (.const ``IO _) result => some result
  | _ => none

/-- The constant whose value is what became of `main`: an `Except IO.Error` of its result. -/
private def outcomeOf (type : Expr) (result : Expr) (args : List String) : Declaration :=
  let main := mkConst `main
  let action := if type.isForall then mkApp main (toExpr args) else main
  let error := mkConst ``IO.Error
  let outcome := mkApp2 (mkConst ``Except [levelZero, levelZero]) error result
  let value := mkApp2 (mkConst ``unsafeBaseIO) outcome (mkApp3 (mkConst ``EIO.toBaseIO) error result action)
  .defnDecl {
    name := outcomeName, levelParams := [], type := outcome, value, hints := .opaque, safety := .unsafe
  }

/-- What a program leaves behind. -/
inductive ProgramEnd where
  /-- `main` returned. -/
  | returned (exitCode : UInt32)
  /-- `main` threw an error. -/
  | threw
  /-- The interpreter could not go on, or could not begin. -/
  | stopped

namespace ProgramEnd

/-- The exit code that `lean --run` would end with. -/
def exitCode : ProgramEnd → UInt32
  | .returned code => code
  | .threw | .stopped => 1

/-- The word for it in an answer. -/
def word : ProgramEnd → String
  | .returned _ => "returned"
  | .threw => "threw"
  | .stopped => "stopped"

end ProgramEnd

/-- A program that is ready to run. -/
structure Program where
  private mk ::
  env : Environment
  returnsCode : Bool

/-- Makes a program of a text's environment, or says in the interpreter's words why there is none. -/
def Program.ofEnvironment (env : Environment) (args : List String) : IO (Except String Program) := do
  unless Compat.hasCode env `main do return .error "(interpreter) unknown declaration 'main'"
  let some info := env.find? `main | return .error "(interpreter) unknown declaration 'main'"
  let some result := resultOf info.type | return .error "`main` has a type that cannot be run"
  let context : Core.Context := { fileName := "", fileMap := default, options := Compat.sequentialOptions }
  match ← (Compat.addCode (outcomeOf info.type result args)).toIO context { env } |>.toBaseIO with
  | .error error => return .error (toString error)
  | .ok (_, state) =>
    return .ok { env := Compat.forgetSorry state.env outcomeName, returnsCode := result.isConstOf ``UInt32 }

-- Not inlined, so that it happens when it is called: the compiler takes evaluation for free of effects.
@[noinline] private unsafe def valueOf (α : Type) (program : Program) : BaseIO (Except String (Except IO.Error α)) :=
  pure (Compat.evaluate (Except IO.Error α) program.env outcomeName)

/-- Runs the program to its end, on this thread and with the descriptors as they are. -/
unsafe def Program.runUnsafe (program : Program) (complain : String → IO Unit) : IO ProgramEnd := do
  if program.returnsCode then tell (← valueOf UInt32 program) id
  else tell (← valueOf PUnit program) fun _ => 0
where
  tell {α : Type} (outcome : Except String (Except IO.Error α)) (code : α → UInt32) : IO ProgramEnd := do
    match outcome with
    | .ok (.ok value) => return .returned (code value)
    | .ok (.error error) =>
      complain s!"uncaught exception: {error}\n"
      return .threw
    | .error reason =>
      complain s!"{reason}\n"
      return .stopped

@[implemented_by Program.runUnsafe, inherit_doc Program.runUnsafe]
opaque Program.run (program : Program) (complain : String → IO Unit) : IO ProgramEnd

end Elaborator
