-- A theorem by a term.
theorem swapped (a b : Nat) : a + b = b + a := Nat.add_comm a b
