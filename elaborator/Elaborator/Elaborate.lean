import Elaborator.Declarations
import Elaborator.Goals
import Elaborator.Process
import Elaborator.Program
import Elaborator.Report
import Elaborator.Sorry

/-!
Elaborates one text as `lean FILE` does, and answers: messages as they come, the verdict, what else was asked for, and then the
program, whose run can take none of it back.
-/

namespace Elaborator

open Lean Elab
open Language.Lean (CommandParsedSnapshot)

/-- Where elaboration begins: behind a header, or on top of a kept state. -/
structure Start where
  state : Command.State
  parser : Parser.ModuleParserState
  /-- Whether nothing had to be imported. -/
  warm : Bool
  importMs : Nat := 0

/-- What stops a text before its first command. -/
inductive NoStart where
  /-- The header is wrong or its modules are not there: errors of the text. -/
  | headerErrors (log : MessageLog)
  /-- The text begins with the name of another language. -/
  | otherLanguage (name : String)
  /-- Not for this process. -/
  | refused (reason message : String)

/-- What the command line does about a first line `#lang …`: nothing but to know its own language. -/
private def withoutLanguage (text : String) : Except String String :=
  if !text.startsWith "#lang" then .ok text
  else
    let line := (text.takeWhile (· != '\n')).toString
    let name := (line.toList.drop "#lang".length).asString
    let trimmed := ((name.toList.dropWhile Char.isWhitespace).reverse.dropWhile Char.isWhitespace).reverse.asString
    -- The line feed stays, so that lines keep their numbers.
    if trimmed == "lean4" then .ok (text.toList.dropWhile (· != '\n')).asString else .error trimmed

private def startBehindHeader (process : Process) (input : Parser.InputContext) : IO (Except NoStart Start) := do
  let (header, parser, log) ← Compat.parseHeader input
  if log.hasErrors then return .error (.headerErrors log)
  let begin_ (env : Environment) (log : MessageLog) (warm : Bool) (importMs : Nat) : Start :=
    { state := Compat.settled (Command.mkState env log Compat.commandLineOptions), parser, warm, importMs }
  match ← process.headers.find? header with
  | some env => return .ok (begin_ env {} true 0)
  | none =>
    unless ← process.headers.canImport do
      return .error (.refused "other-header" "This process has imported modules that another header may not see.")
    let began ← IO.monoMsNow
    let (env?, log) ← process.headers.load header input
    match env? with
    | some env => return .ok (begin_ env log false ((← IO.monoMsNow) - began))
    | none => return .error (.headerErrors log)

private def startOn (process : Process) (request : ElaborateRequest) (input : Parser.InputContext) :
    IO (Except NoStart Start) := do
  match request.base? with
  | none => startBehindHeader process input
  | some handle => match (← process.states.get).find? handle with
    | some state => return .ok { state, parser := {}, warm := true }
    | none => return .error (.refused "unknown-state" s!"There is no state {handle}.")

/-- What came of a text. -/
structure Elaborated where
  report : Report
  /-- The state before its first command. -/
  base : Environment
  /-- The state behind its last command; absent when elaboration did not get there. -/
  final? : Option Command.State
  /-- Whether `#exit` ended the text. -/
  exited : Bool := false
  warm : Bool
  importMs : Nat
  cancelled : Bool := false

namespace Elaborated

/-- Whether `lean FILE` would end with 0. -/
def accepted (result : Elaborated) : Bool := result.final?.isSome && result.report.errors == 0 && !result.cancelled

/-- The word for it in an answer. -/
def verdict (result : Elaborated) : String :=
  if result.cancelled then "cancelled" else if result.accepted then "accepted" else "error"

end Elaborated

/-- While `act` runs, requests are read: those to cancel this one are done at once, others wait. -/
private def whileReading (process : Process) (id : Nat) (cancel : BaseIO Unit) (act : IO α) : IO α := do
  let some await := process.channel.await? | act
  let rec read (fuel : Nat) : IO Unit := do
    match fuel with
    | 0 => return
    | fuel + 1 =>
      unless ← await do return
      let frame ← process.channel.receive
      -- Nobody is left who could read an answer.
      if frame.isEmpty then IO.Process.exit 125
      match Json.parse (String.fromUTF8! frame) with
      | .error reason => process.refuse none "malformed" reason
      | .ok json => match Request.ofJson json with
        | .ok (_, .ok (.cancel of)) => if of == id then cancel
        | _ => process.waiting.modify (·.push json)
      read fuel
  let reader ← IO.asTask (prio := .dedicated) (read (2 ^ 32))
  try act
  finally
    process.channel.wake
    let _ ← IO.wait reader

/-- Elaborates a text and sends its messages. -/
def elaborateText (process : Process) (id : Nat) (request : ElaborateRequest) (input : Parser.InputContext) :
    IO (Except NoStart Elaborated) := do
  let reporter : Reporter := {
    limits := request.limits
    tell := fun message => process.tell id "message" [("message", message)]
    keepTrees := true
  }
  match ← startOn process request input with
  | .error (.headerErrors log) =>
    let report ← reporter.reportLog {} log
    return .ok { report, base := ← mkEmptyEnvironment, final? := none, warm := true, importMs := 0 }
  | .error other => return .error other
  | .ok start =>
    let first := (← Language.Lean.processCommands input start.parser start.state).get
    process.held.set (some first)
    let cancelled ← IO.mkRef false
    let cancel := do
      cancelled.set true
      Compat.cancel first
    let report ← whileReading process id cancel do
      reporter.reportAll {} [{ Language.SnapshotTask.finished none (Language.toSnapshotTree first) with }]
    let result : Elaborated := {
      report, base := start.state.env, final? := none, warm := start.warm, importMs := start.importMs
      cancelled := ← cancelled.get
    }
    if report.gaveUp then
      Compat.cancel first
      return .ok result
    let last := Compat.lastCommand first
    return .ok { result with
      final? := some (Compat.stateAfter last)
      exited := (Compat.syntaxOf last).isOfKind ``Parser.Command.exit
    }

/-- Runs the program of an accepted text. The exit code is there when the process is to end with it. -/
private def runProgram (process : Process) (id : Nat) (env : Environment) (run : RunRequest) : IO (Option UInt32) := do
  let some descriptors := process.channel.descriptors?
    | process.refuse id "no-programs" "This elaborator is interpreted, and cannot give a program descriptors of its own."
      return none
  let program ← Program.ofEnvironment env run.args
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

/-- Keeps the state of an accepted text, if that was asked for, and tells which states had to go for it. -/
private def keepState (process : Process) (request : ElaborateRequest) (result : Elaborated) :
    IO (List (String × Json)) := do
  unless request.keep && result.accepted do return []
  let some state := result.final? | return []
  let (handle, states) := (← process.states.get).keep (Compat.settled state)
  let (dropped, states) := states.trim (← processBytes)
  process.states.set states
  return [("state", toJson handle), ("dropped", toJson dropped)]

/-- Answers a request to elaborate. The exit code is there when the process is to end with it. -/
def answerElaborate (process : Process) (id : Nat) (request : ElaborateRequest) : IO (Option UInt32) := do
  let began ← IO.monoMsNow
  let (input, started) ← match withoutLanguage request.text with
    | .error name => pure (Parser.mkInputContext "" request.fileName, .error (NoStart.otherLanguage name))
    | .ok text => do
      let input := Parser.mkInputContext text request.fileName
      pure (input, ← elaborateText process id request input)
  match started with
  | .error (.refused reason message) =>
    process.refuse id reason message
    return none
  | .error (.otherLanguage name) =>
    process.tell id "verdict" [("verdict", Json.str "error"), ("language", Json.str name)]
    process.tell id "done" []
    return none
  | .error (.headerErrors _) => return none
  | .ok result =>
    let elaborated ← IO.monoMsNow
    let final := (result.final?.map (·.env)).getD result.base
    let sorries := findSorries result.base final result.report.trees
    process.tell id "verdict" ([
      ("verdict", Json.str result.verdict),
      ("counts", result.report.sent.counts.toJson),
      ("omitted", result.report.sent.omitted.toJson),
      ("sorries", Json.arr (sorries.map FoundSorry.toJson)),
      ("warm", Json.bool result.warm),
      ("importMs", toJson result.importMs),
      ("elaborateMs", toJson (elaborated - began))
    ] ++ (if result.exited then [("exited", Json.bool true)] else [])
      ++ (← keepState process request result))
    if request.declarations > 0 then
      let (report, known) ← reportDeclarations result.base final input request.declarations request.limits.bytes
        (← process.axioms.get)
      process.axioms.set known
      process.tell id "declarations" [("declarations", report)]
    if request.goals > 0 then
      let report ← reportGoals input result.report.trees result.report.errorMessages request.goals request.limits.bytes
      process.tell id "goals" [("goals", report)]
    if let some run := request.run? then
      if result.accepted then
        if let some code ← runProgram process id final run then return some code
    process.tell id "done" [("bytes", toJson (← processBytes))]
    process.held.set none
    return none

end Elaborator
