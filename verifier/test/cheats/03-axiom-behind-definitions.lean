-- cheat 3
-- step kernel
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
axiom secret : 2 + 2 = 5
def first : PLift (2 + 2 = 5) := ⟨secret⟩
opaque second : PLift (2 + 2 = 5) := first
theorem t : 2 + 2 = 5 := second.down
