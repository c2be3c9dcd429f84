-- cheat 22
-- verdict undecided
-- reason time-limit memory-limit judge-failed
-- timeout 15
-- statement
def iterated (f : Nat → Nat) : Nat → Nat
  | 0 => f 1
  | n + 1 => f (iterated f n)
def ackermann : Nat → Nat → Nat
  | 0 => Nat.succ
  | m + 1 => iterated (ackermann m)
theorem t : ackermann 4 2 = 0 := sorry
-- submission
import Lean
open Lean Elab Tactic Meta
def iterated (f : Nat → Nat) : Nat → Nat
  | 0 => f 1
  | n + 1 => f (iterated f n)
def ackermann : Nat → Nat → Nat
  | 0 => Nat.succ
  | m + 1 => iterated (ackermann m)
elab "skip" : tactic => do
  (← getMainGoal).assign (mkApp2 (mkConst ``Eq.refl [1]) (mkConst ``Nat) (mkNatLit 0))
set_option debug.skipKernelTC true in
theorem t : ackermann 4 2 = 0 := by skip
