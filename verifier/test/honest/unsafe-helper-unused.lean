-- statement
theorem trivial_two : 2 = 2 := sorry
-- submission
unsafe def cast! (n : Nat) : Bool := unsafeCast n
theorem trivial_two : 2 = 2 := rfl
