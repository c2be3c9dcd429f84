-- cheat 10
-- step compare
-- reason definition-differs
-- statement
opaque key : Nat := 1
theorem t : key = key := sorry
-- submission
opaque key : Nat := 2
theorem t : key = key := rfl
