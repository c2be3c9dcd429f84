-- cheat 10
-- step compare
-- reason kind-differs
-- statement
opaque key : Nat
theorem t : key = 0 := sorry
-- submission
def key : Nat := 0
theorem t : key = 0 := rfl
