-- targets easy
-- statement
theorem hard (n : Nat) : n = n + 0 := sorry
theorem easy : 1 = 1 := sorry
-- submission
theorem easy : 1 = 1 := rfl
