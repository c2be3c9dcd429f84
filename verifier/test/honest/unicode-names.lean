-- statement
def α₁ : Nat := 1
theorem größer : 0 < α₁ := sorry
-- submission
def α₁ : Nat := 1
theorem größer : 0 < α₁ := Nat.one_pos
