-- statement
private theorem hidden (n : Nat) : n = n := sorry
-- submission
private theorem hidden (n : Nat) : n = n := rfl
