import Elaborator.Answer

/-!
The loop: one request after another, until the channel ends or a program has run to its end.
-/

namespace Elaborator

open Lean

/-- Imports the header and elaborates the warm-up texts. Nothing of them is kept but what Lean itself keeps. -/
private def answerPrepare (process : Process) (id : Nat) (request : PrepareRequest) : IO Unit := do
  let began ← microsNow
  process.states.modify fun states => { states with most := request.states, mostBytes := request.stateBytes }
  let _ ← answerElaborate process id { text := request.header }
  let imported ← microsNow
  for text in request.warmUp do
    let text := { text with keep := false, run? := text.run?.map ({ · with stay := true }) }
    let _ ← answerElaborate process id text
  process.channel.trim
  let bytes ← processBytes
  process.states.modify fun states => { states with baseBytes := bytes }
  process.tell id "prepared" [
    ("importMs", millis (imported - began)),
    ("warmUpMs", millis ((← microsNow) - imported)),
    ("bytes", toJson bytes)
  ]

/-- Answers one request. The exit code is there when the process is to end with it. -/
private def answer (process : Process) (json : Json) : IO (Option UInt32) := do
  match Request.ofJson json with
  | .error reason =>
    process.refuse none "malformed" reason
    return none
  | .ok (id, .error reason) =>
    process.refuse id "malformed" reason
    return none
  | .ok (id, .ok request) => match request with
    | .prepare request => do answerPrepare process id request; return none
    | .elaborate request => answerElaborate process id request
    | .forget states => do
      process.states.modify (·.forget states)
      process.tell id "done" [("bytes", toJson (← processBytes))]
      return none
    -- Nothing runs any more that it could be meant for.
    | .cancel _ => return none

/-- The next request: one that came early, or the channel's next frame. -/
private def nextRequest? (process : Process) : IO (Option (Except String Json)) := do
  let waiting ← process.waiting.get
  if let some request := waiting[0]? then
    process.waiting.set (waiting.extract 1 waiting.size)
    return some request
  let frame ← process.channel.receive
  if frame.isEmpty then return none
  return some (Json.parse (String.fromUTF8! frame))

/-- Serves until the channel ends. The result is the process's exit code. -/
partial def serve (process : Process) : IO UInt32 := do
  match ← nextRequest? process with
  | none => return 0
  | some (.error reason) =>
    process.refuse none "malformed" reason
    serve process
  | some (.ok json) => match ← answer process json with
    | some code => return code
    | none => serve process

/-- What the elaborator says first. -/
def greet (channel : Channel) : IO Unit := do
  let programs := channel.descriptors?.isSome
  channel.tell (Json.mkObj [
    ("event", Json.str "hello"),
    ("protocol", toJson protocolVersion),
    ("lean", Json.str versionString),
    ("compiled", Json.bool programs),
    ("programs", Json.bool programs),
    ("cancel", Json.bool (channel.await?.isSome && Compat.canCancel))
  ])

end Elaborator
