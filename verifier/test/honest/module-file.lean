-- statement
theorem modular (n : Nat) : n + 0 = n := sorry
-- submission
module
public theorem modular (n : Nat) : n + 0 = n := rfl
