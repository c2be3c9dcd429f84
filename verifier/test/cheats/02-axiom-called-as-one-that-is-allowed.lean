-- cheat 2
-- step kernel
-- reason axiom-not-allowed
-- allow anything
-- statement
theorem t : False := sorry
-- submission
axiom anything : False
theorem t : False := anything
