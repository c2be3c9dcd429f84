-- cheat 4
-- step read
-- reason axiom-not-allowed
-- statement
def zero (_ : Nat) : Nat := 0
theorem t : zero 0 = 1 := sorry
-- submission
def one (_ : Nat) : Nat := 1
@[implemented_by one] def zero (_ : Nat) : Nat := 0
theorem t : zero 0 = 1 := by native_decide
