-- cheat 2
-- step kernel
-- reason axiom-not-allowed
-- statement
axiom helpful : 0 = 1
theorem t : 0 = 1 := sorry
-- submission
axiom helpful : 0 = 1
theorem t : 0 = 1 := helpful
