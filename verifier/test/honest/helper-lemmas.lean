-- statement
theorem double_pos (n : Nat) (h : 0 < n) : 0 < n + n := sorry
-- submission
theorem step (n m : Nat) (h : 0 < n) : 0 < n + m := Nat.lt_of_lt_of_le h (Nat.le_add_right n m)
theorem double_pos (n : Nat) (h : 0 < n) : 0 < n + n := step n n h
