-- statement
theorem add_comm' (a b : Nat) : a + b = b + a := sorry
-- submission
theorem add_comm' (a b : Nat) : a + b = b + a := Nat.add_comm a b
