-- statement
theorem first (n : Nat) : n + 0 = n := sorry
theorem second (n : Nat) : 0 + n = n := sorry
-- submission
theorem second (n : Nat) : 0 + n = n := Nat.zero_add n
theorem first (n : Nat) : n + 0 = n := rfl
