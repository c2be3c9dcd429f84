import Elaborator.Process
import Elaborator.Protocol

/-!
Reading while something is being done: a request to cancel it cannot wait until it is done.
-/

namespace Elaborator

open Lean

/-- Reads frames until woken. Requests to cancel `id` are done, others put by. -/
private partial def read (process : Process) (id : Nat) (cancel : BaseIO Unit) (await : IO Bool) : IO Unit := do
  unless ← await do return
  let frame ← process.channel.receive
  -- Nobody is left who could read an answer.
  if frame.isEmpty then IO.Process.exit 125
  match Json.parse (String.fromUTF8! frame) with
  | .error reason => process.waiting.modify (·.push (.error reason))
  | .ok json => match Request.ofJson json with
    | .ok (_, .ok (.cancel of)) => if of == id then cancel
    | _ => process.waiting.modify (·.push (.ok json))
  read process id cancel await

/-- Does `act`, and `cancel` if that is asked for meanwhile. -/
def whileReading {α : Type} (process : Process) (id : Nat) (cancel : BaseIO Unit) (act : IO α) : IO α := do
  let some await := process.channel.await? | act
  let reader ← IO.asTask (prio := .dedicated) (read process id cancel await)
  try act
  finally
    process.channel.wake
    let _ ← IO.wait reader

end Elaborator
