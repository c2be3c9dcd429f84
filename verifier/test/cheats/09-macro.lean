-- cheat 9
-- step compare
-- reason statement-differs
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
macro_rules
  | `($_ = $_) => `(True)
theorem t : 2 + 2 = 5 := trivial
