-- statement
theorem le_chain (a b : Nat) (h : a ≤ b) : a ≤ b + 5 := sorry
-- submission
theorem le_chain (a b : Nat) (h : a ≤ b) : a ≤ b + 5 := by
  have := h
  exact Nat.le_add_right_of_le this
