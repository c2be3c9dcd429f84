-- statement
theorem int_cast (n : Nat) : (n : Int) + 1 = ((n + 1 : Nat) : Int) := sorry
-- submission
theorem int_cast (n : Nat) : (n : Int) + 1 = ((n + 1 : Nat) : Int) := rfl
