-- cheat 10
-- step compare
-- reason definition-differs
-- statement
def IsSmall (n : Nat) : Prop := n < 3
theorem t : IsSmall 100 := sorry
-- submission
def IsSmall (n : Nat) : Prop := n < 1000
theorem t : IsSmall 100 := by unfold IsSmall; decide
