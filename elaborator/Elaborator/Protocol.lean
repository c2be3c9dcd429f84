import Lean.Data.Json

/-!
What can be asked of the elaborator, and how it is read. `docs/elaborator.md` describes every field; the two must agree.
-/

namespace Elaborator

open Lean (Json)

/-- Raised whenever an old server would misunderstand a new elaborator, or the other way round. -/
def protocolVersion : Nat := 1

/-- How much of Lean's messages a caller wants. -/
structure MessageLimits where
  /-- How many messages. -/
  count : Nat := 1000
  /-- How many bytes of one message's text. -/
  bytes : Nat := 65536
  /-- How many bytes of all texts together. -/
  totalBytes : Nat := 1048576

/-- How to run `main` when the text has been accepted. -/
structure RunRequest where
  args : List String := []
  stdin : String := ""
  /-- Whether the process goes on when `main` has returned; otherwise it ends as `lean --run` would. -/
  stay : Bool := false

/-- A text to elaborate. -/
structure ElaborateRequest where
  text : String
  /-- The state to go on from; none for a text with a header of its own. -/
  base? : Option Nat := none
  /-- Whether to keep the state, if the text is accepted. -/
  keep : Bool := false
  fileName : String := "Main.lean"
  limits : MessageLimits := {}
  /-- How many declarations to report, at most. -/
  declarations : Nat := 0
  /-- How many open goals to report, at most. -/
  goals : Nat := 0
  run? : Option RunRequest := none

/-- Imports to do, and texts to elaborate, before the first request that somebody waits for. -/
structure PrepareRequest where
  header : String := ""
  warmUp : Array ElaborateRequest := #[]
  /-- How many states to keep, at most. -/
  states : Nat := 100
  /-- How many bytes the process may grow by kept states, about. -/
  stateBytes : Nat := 268435456

/-- What can be asked. -/
inductive Request where
  | prepare (request : PrepareRequest)
  | elaborate (request : ElaborateRequest)
  | forget (states : Array Nat)
  | cancel (of : Nat)

namespace Request

/-- A field that may be absent. -/
private def field? {α : Type} (json : Json) (name : String) (read : Json → Except String α) : Except String (Option α) :=
  match json.getObjVal? name with
  | .error _ | .ok .null => .ok none
  | .ok value => match read value with
    | .ok value => .ok (some value)
    | .error reason => .error s!"`{name}`: {reason}"

private def field {α : Type} (json : Json) (name : String) (read : Json → Except String α) (default : α) : Except String α :=
  return (← field? json name read).getD default

private def required {α : Type} (json : Json) (name : String) (read : Json → Except String α) : Except String α := do
  let some value ← field? json name read | throw s!"`{name}` is missing"
  return value

private def arrayOf {α : Type} (read : Json → Except String α) (json : Json) : Except String (Array α) := do
  (← json.getArr?).mapM read

private def readLimits (json : Json) : Except String MessageLimits := do
  let default : MessageLimits := {}
  return {
    count := ← field json "count" Json.getNat? default.count
    bytes := ← field json "bytes" Json.getNat? default.bytes
    totalBytes := ← field json "totalBytes" Json.getNat? default.totalBytes
  }

private def readRun (json : Json) : Except String RunRequest := do
  return {
    args := (← field json "args" (arrayOf Json.getStr?) #[]).toList
    stdin := ← field json "stdin" Json.getStr? ""
    stay := ← field json "stay" Json.getBool? false
  }

private def readElaborate (json : Json) : Except String ElaborateRequest := do
  return {
    text := ← required json "text" Json.getStr?
    base? := ← field? json "on" Json.getNat?
    keep := ← field json "keep" Json.getBool? false
    fileName := ← field json "fileName" Json.getStr? "Main.lean"
    limits := ← field json "limits" readLimits {}
    declarations := ← field json "declarations" Json.getNat? 0
    goals := ← field json "goals" Json.getNat? 0
    run? := ← field? json "run" readRun
  }

private def readPrepare (json : Json) : Except String PrepareRequest := do
  let default : PrepareRequest := {}
  return {
    header := ← field json "header" Json.getStr? ""
    warmUp := ← field json "warmUp" (arrayOf readElaborate) #[]
    states := ← field json "states" Json.getNat? default.states
    stateBytes := ← field json "stateBytes" Json.getNat? default.stateBytes
  }

/-- Reads a request and its id. Without an id there is nobody to tell what is wrong with the rest. -/
def ofJson (json : Json) : Except String (Nat × Except String Request) := do
  let id ← required json "id" Json.getNat?
  return (id, do
    match ← required json "do" Json.getStr? with
    | "prepare" => return .prepare (← readPrepare json)
    | "elaborate" => return .elaborate (← readElaborate json)
    | "forget" => return .forget (← required json "states" (arrayOf Json.getNat?))
    | "cancel" => return .cancel (← required json "of" Json.getNat?)
    | other => throw s!"nothing is called `{other}`")

end Request

end Elaborator
