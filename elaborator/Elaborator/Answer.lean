import Elaborator.Declarations
import Elaborator.Elaborate
import Elaborator.Goals
import Elaborator.Program
import Elaborator.Sorry

/-!
The answer to a text: messages as they come, the verdict, what else was asked for, and then the program, whose run can take
none of it back.
-/

namespace Elaborator

open Lean

/-- Keeps the state of an accepted text, if that was asked for, and tells which states had to go for it. -/
private def keepState (process : Process) (request : ElaborateRequest) (result : Elaborated) :
    IO (List (String × Json)) := do
  unless request.keep && result.accepted do return []
  let some state := result.final? | return []
  let (handle, states) := (← process.states.get).keep (Compat.settled state)
  let (dropped, states) := states.trim (← processBytes)
  process.states.set states
  return [("state", toJson handle), ("dropped", toJson dropped)]

/-- More than anybody reads. -/
private def mostSorries : Nat := 1000

private def tellVerdict (process : Process) (id : Nat) (request : ElaborateRequest) (result : Elaborated)
    (began : Nat) : IO Unit := do
  -- What tasks of the text printed belongs to its elaboration.
  (← IO.getStdout).flush
  let elaborated ← microsNow
  let sorries := findSorries result.base result.env result.report.trees
  process.tell id "verdict" ([
    ("verdict", Json.str result.verdict),
    ("counts", result.report.sent.counts.toJson),
    ("omitted", result.report.sent.omitted.toJson),
    ("sorries", Json.arr ((sorries.extract 0 mostSorries).map FoundSorry.toJson)),
    ("warm", Json.bool result.importMicros?.isNone),
    ("importMs", millis (result.importMicros?.getD 0)),
    ("elaborateMs", millis (elaborated - began))
  ] ++ (if result.exited then [("exited", Json.bool true)] else [])
    ++ (if result.headerFailed then [("headerFailed", Json.bool true)] else [])
    ++ (← keepState process request result))

/-- As many items as are told in one event: who reads must not have to read too much at once. -/
private def itemsAtOnce : Nat := 100

/-- Tells of a list, in as many events as it takes. The last one says how many items were left out. -/
private def tellItems (process : Process) (id : Nat) (event : String) (items : Array Json) (omitted : Nat) : IO Unit := do
  let mut start := 0
  repeat
    let next := start + itemsAtOnce
    let isLast := next ≥ items.size
    process.tell id event [(event, Json.mkObj [
      ("items", Json.arr (items.extract start next)),
      ("omitted", toJson (if isLast then omitted else 0))
    ])]
    if isLast then break
    start := next

private def tellDeclarations (process : Process) (id : Nat) (request : ElaborateRequest) (result : Elaborated)
    (input : Parser.InputContext) : IO Unit := do
  unless request.declarations > 0 do return
  let known ← process.axioms.get
  let (items, omitted, known) ←
    reportDeclarations result.base result.env input request.declarations request.limits.bytes known
  process.axioms.set known
  tellItems process id "declarations" items omitted

private def tellGoals (process : Process) (id : Nat) (request : ElaborateRequest) (result : Elaborated)
    (input : Parser.InputContext) : IO Unit := do
  unless request.goals > 0 do return
  let { trees, errorMessages, .. } := result.report
  let (items, omitted) ← reportGoals input trees errorMessages request.goals request.limits.bytes
  tellItems process id "goals" items omitted

/-- Runs the program of an accepted text. The exit code is there when the process is to end with it. -/
private def runProgram (process : Process) (id : Nat) (env : Environment) (run : RunRequest) : IO (Option UInt32) := do
  let some descriptors := process.channel.descriptors?
    | process.refuse id "no-programs" "This elaborator is interpreted, and cannot give a program descriptors of its own."
      return none
  let program ← Program.ofEnvironment env run.args
  unless run.stay do
    process.keepForever
    descriptors.tellExit s!"\{\"id\":{id},\"event\":\"program\",\"end\":\"exited\",\"exitCode\":" "}"
  process.tell id "running" []
  descriptors.beginProgram run.stdin.toUTF8
  let ended ← match program with
    | .ok program => program.run descriptors.complain
    | .error reason => do
      descriptors.complain s!"{reason}\n"
      pure .stopped
  unless run.stay do return some ended.exitCode
  descriptors.endProgram
  process.tell id "program" [("end", Json.str ended.word), ("exitCode", toJson ended.exitCode.toNat)]
  return none

private def answerText (process : Process) (id : Nat) (request : ElaborateRequest) (text : String) (began : Nat) :
    IO (Option UInt32) := do
  let input := Parser.mkInputContext text request.fileName
  match ← elaborate process id request.base? request.limits input with
  | .error (reason, message) =>
    process.refuse id reason message
    return none
  | .ok result =>
    tellVerdict process id request result began
    tellDeclarations process id request result input
    tellGoals process id request result input
    if let some run := request.run? then
      if result.accepted then
        if let some code ← runProgram process id result.env run then return some code
    process.tell id "done" [("bytes", toJson (← processBytes))]
    -- Only now, see there.
    process.held.set none
    return none

/-- Answers a request to elaborate. The exit code is there when the process is to end with it. -/
def answerElaborate (process : Process) (id : Nat) (request : ElaborateRequest) : IO (Option UInt32) := do
  let began ← microsNow
  match withoutLanguage request.text with
  | .ok text => answerText process id request text began
  | .error language =>
    process.tell id "verdict" [("verdict", Json.str "error"), ("language", Json.str language)]
    process.tell id "done" [("bytes", toJson (← processBytes))]
    return none

end Elaborator
