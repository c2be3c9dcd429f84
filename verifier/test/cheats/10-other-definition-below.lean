-- cheat 10
-- step compare
-- reason definition-differs
-- statement
def limit : Nat := 3
def IsSmall (n : Nat) : Prop := n < limit
theorem t : IsSmall 100 := sorry
-- submission
def limit : Nat := 1000
def IsSmall (n : Nat) : Prop := n < limit
theorem t : IsSmall 100 := by unfold IsSmall limit; decide
