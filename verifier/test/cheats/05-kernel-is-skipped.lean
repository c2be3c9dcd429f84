-- cheat 5
-- step kernel
-- reason kernel-rejected
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
import Lean
open Lean Elab Tactic
elab "skip" : tactic => do (← getMainGoal).assign (mkConst ``True.intro)
set_option debug.skipKernelTC true in
theorem t : 2 + 2 = 5 := by skip
