-- statement
theorem one_one : 1 + 1 = 2 := sorry
-- submission
import Lean
open Lean Elab Tactic in
elab "by_refl" : tactic => do
  (← getMainGoal).refl
theorem one_one : 1 + 1 = 2 := by by_refl
