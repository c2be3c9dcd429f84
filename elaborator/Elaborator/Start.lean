import Elaborator.Process
import Elaborator.Protocol

/-!
Where elaboration begins: behind a header that has been imported, or on top of a state that has been kept.
-/

namespace Elaborator

open Lean Elab

/-- The state before a text's first command. -/
structure Start where
  state : Command.State
  parser : Parser.ModuleParserState
  /-- How long the import took; absent when nothing had to be imported. -/
  importMicros? : Option Nat := none

/-- Why a text has no first command. -/
inductive NoStart where
  /-- The header is wrong, or its modules are not there: errors of the text. -/
  | headerErrors (log : MessageLog)
  /-- Nothing that can be done in this process, in a word for programs and a sentence for people. -/
  | refused (reason message : String)

/-- Microseconds since some time. -/
def microsNow : IO Nat := return (← IO.monoNanosNow) / 1000

/-- Milliseconds, to three places. -/
def millis (micros : Nat) : Json := Json.num ⟨micros, 3⟩

private def behindHeader (process : Process) (input : Parser.InputContext) : IO (Except NoStart Start) := do
  let (header, parser, log) ← Compat.parseHeader input
  if log.hasErrors then return .error (.headerErrors log)
  let state (env : Environment) := Compat.settled (Command.mkState env {} Compat.commandLineOptions)
  if let some env ← process.headers.find? header then return .ok { state := state env, parser }
  unless ← process.headers.canImport do
    return .error (.refused "other-header" "This process has imported modules that another header may not see.")
  let began ← microsNow
  match ← process.headers.load header input with
  | (some env, _) => return .ok { state := state env, parser, importMicros? := some ((← microsNow) - began) }
  | (none, log) => return .error (.headerErrors log)

private def onState (process : Process) (handle : Nat) (input : Parser.InputContext) : IO (Except NoStart Start) := do
  match (← process.states.get).find? handle with
  | some state => return .ok { state, parser := Compat.parseNoHeader state.env input }
  | none => return .error (.refused "unknown-state" s!"There is no state {handle}.")

/-- Where a text begins: on the state of that handle, or behind its own header. -/
def start (process : Process) (base? : Option Nat) (input : Parser.InputContext) : IO (Except NoStart Start) :=
  match base? with
  | some handle => onState process handle input
  | none => behindHeader process input

/--
What the command line does about a first line `#lang NAME`: it passes over it if it names Lean, and takes no text of another
language.
-/
def withoutLanguage (text : String) : Except String String :=
  if !text.startsWith "#lang" then .ok text
  else
    let characters := text.toList.drop "#lang".length
    let trim (name : List Char) := (name.dropWhile Char.isWhitespace).reverse.dropWhile Char.isWhitespace |>.reverse
    let ofCharacters (characters : List Char) := characters.foldl String.push ""
    let name := ofCharacters (trim (characters.takeWhile (· != '\n')))
    -- The line feed stays, so that lines keep their numbers.
    if name == "lean4" then .ok (ofCharacters (characters.dropWhile (· != '\n'))) else .error name

end Elaborator
