import Elaborator.Report
import Elaborator.Start
import Elaborator.Watch

/-!
Elaborates one text as `lean FILE` does, and sends its messages as they come.
-/

namespace Elaborator

open Lean Elab
open Language.Lean (CommandParsedSnapshot)

/-- What came of a text. -/
structure Elaborated where
  report : Report
  /-- The environment before its first command. -/
  base : Environment
  /-- The state behind its last command; absent when elaboration did not get there. -/
  final? : Option Command.State := none
  /-- Whether `#exit` ended the text. -/
  exited : Bool := false
  importMicros? : Option Nat := none
  cancelled : Bool := false
  /-- Whether the header was wrong or could not be imported, so that nothing behind it was looked at. -/
  headerFailed : Bool := false

namespace Elaborated

/-- Whether `lean FILE` would end with 0. -/
def accepted (result : Elaborated) : Bool :=
  result.final?.isSome && result.report.errors == 0 && !result.cancelled

/-- The word for it in an answer. -/
def verdict (result : Elaborated) : String :=
  if result.cancelled then "cancelled" else if result.accepted then "accepted" else "error"

/-- The environment behind the text, as far as it came. -/
def env (result : Elaborated) : Environment := (result.final?.map (·.env)).getD result.base

end Elaborated

private def elaborateFrom (process : Process) (id : Nat) (reporter : Reporter) (input : Parser.InputContext)
    (start : Start) : IO Elaborated := do
  let first := (← Language.Lean.processCommands input start.parser start.state).get
  process.held.set (some first)
  let cancelled ← IO.mkRef false
  let cancel : BaseIO Unit := do
    cancelled.set true
    Compat.cancel first
  let report ← whileReading process id cancel (reporter.reportTree (Language.toSnapshotTree first))
  let result : Elaborated := {
    report, base := start.state.env, importMicros? := start.importMicros?, cancelled := ← cancelled.get
  }
  if report.gaveUp then
    Compat.cancel first
    return result
  let last := Compat.lastCommand first
  return { result with
    final? := some (Compat.stateAfter last)
    exited := (Compat.syntaxOf last).isOfKind ``Parser.Command.exit
  }

/-- Elaborates a text and sends its messages, or says in a word and a sentence why this process cannot. -/
def elaborate (process : Process) (id : Nat) (base? : Option Nat) (limits : MessageLimits)
    (input : Parser.InputContext) : IO (Except (String × String) Elaborated) := do
  let reporter : Reporter := { limits, tell := fun message => process.tell id "message" [("message", message)] }
  match ← start process base? input with
  | .ok start => return .ok (← elaborateFrom process id reporter input start)
  | .error (.headerErrors log) =>
    return .ok { report := ← reporter.reportLog {} log, base := ← mkEmptyEnvironment, headerFailed := true }
  | .error (.refused reason message) => return .error (reason, message)

end Elaborator
