-- cheat 8
-- step compare
-- reason statement-differs
-- statement
theorem t (n : Nat) : n < 100 := sorry
-- submission
variable (absurd : False)
include absurd in
theorem t (n : Nat) : n < 100 := absurd.elim
