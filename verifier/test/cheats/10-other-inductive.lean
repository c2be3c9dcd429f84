-- cheat 10
-- step compare
-- reason definition-differs
-- statement
inductive Good : Nat → Prop where
  | zero : Good 0
theorem t : Good 7 := sorry
-- submission
inductive Good : Nat → Prop where
  | zero : Good 0
  | seven : Good 7
theorem t : Good 7 := .seven
