-- statement
theorem uses_grind (f : Nat → Nat) (a b : Nat) (h : a = b) (g : f a = 3) : f b = 3 := sorry
-- submission
theorem uses_grind (f : Nat → Nat) (a b : Nat) (h : a = b) (g : f a = 3) : f b = 3 := by grind
