-- statement
def shift (n : Nat) (by_ : Nat := 3) : Nat := n + by_
theorem shift_zero : shift 0 = 3 := sorry
-- submission
def shift (n : Nat) (by_ : Nat := 3) : Nat := n + by_
theorem shift_zero : shift 0 = 3 := rfl
