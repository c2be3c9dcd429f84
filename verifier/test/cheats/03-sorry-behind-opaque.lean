-- cheat 3
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
opaque hidden : PLift (2 + 2 = 5) := ⟨sorry⟩
theorem t : 2 + 2 = 5 := hidden.down
