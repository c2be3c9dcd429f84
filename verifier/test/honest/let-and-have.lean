-- statement
theorem lets (n : Nat) : let m := n + 1; 0 < m := sorry
-- submission
theorem lets (n : Nat) : let m := n + 1; 0 < m := by
  intro m
  have h : m = n + 1 := rfl
  omega
