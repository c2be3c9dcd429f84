-- cheat 1
-- step axioms
-- reason axiom-not-allowed
-- statement
def size : Nat := sorry
theorem t : size = size := sorry
-- submission
def size : Nat := sorry
theorem t : size = size := rfl
