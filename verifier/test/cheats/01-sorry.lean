-- cheat 1
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem below : 2 + 2 = 5 := by admit
theorem t : 2 + 2 = 5 := below
