-- cheat 2
-- step kernel
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
axiom arithmetic : 2 + 2 = 5
theorem t : 2 + 2 = 5 := arithmetic
