-- cheat 16
-- step read
-- reason axiom-not-allowed
-- statement
def zero (_ : Nat) : Nat := 0
theorem t : zero 0 = 1 := sorry
-- submission
def zero (_ : Nat) : Nat := 0
def one (_ : Nat) : Nat := 1
@[csimp] theorem zero_eq_one : @zero = @one := sorry
theorem t : zero 0 = 1 := by native_decide
