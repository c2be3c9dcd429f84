import Elaborator.Compat

/-!
States of sessions that the process keeps, under handles. A state shares what it has in common with those before it, so a
long session costs what its steps added; what all of them cost together is bounded by the growth of the process.
-/

namespace Elaborator

open Lean Elab

/-- The states that are kept, oldest first. -/
structure States where
  kept : Array (Nat × Command.State) := #[]
  next : Nat := 1
  /-- How many at most. -/
  most : Nat := 100
  /-- By how many bytes the process may have grown before old ones are dropped. -/
  mostBytes : Nat := 268435456
  /-- The size of the process when it had imported and warmed up; 0 as long as nobody has looked. -/
  baseBytes : Nat := 0

namespace States

/-- The state under this handle. -/
def find? (states : States) (handle : Nat) : Option Command.State :=
  (states.kept.find? fun (other, _) => other == handle).map (·.2)

/-- Keeps one more, under a handle that no state has had. -/
def keep (states : States) (state : Command.State) : Nat × States :=
  (states.next, { states with kept := states.kept.push (states.next, state), next := states.next + 1 })

/-- Drops these. -/
def forget (states : States) (handles : Array Nat) : States :=
  { states with kept := states.kept.filter fun (handle, _) => !handles.contains handle }

/--
Drops old ones when there are too many, or when the process has become too large: then the older half, because memory comes
back late and in pieces. The newest stays. The handles of those dropped come back.
-/
def trim (states : States) (processBytes : Nat) : Array Nat × States :=
  let states := if states.baseBytes == 0 then { states with baseBytes := processBytes } else states
  let count := states.kept.size
  let surplus := count - states.most
  let tooLarge := processBytes > states.baseBytes + states.mostBytes
  let drop := min (count - 1) (if tooLarge then max surplus ((count + 1) / 2) else surplus)
  let dropped := (states.kept.extract 0 drop).map (·.1)
  (dropped, states.forget dropped)

end States

/-- How many bytes of memory the process has in use; 0 where that cannot be told. -/
def processBytes : IO Nat := do
  try
    for line in ← IO.FS.lines "/proc/self/status" do
      if line.startsWith "VmRSS:" then
        return (line.toList.filter Char.isDigit).foldl (fun value digit => value * 10 + (digit.toNat - '0'.toNat)) 0 * 1024
    return 0
  catch _ => return 0

end Elaborator
