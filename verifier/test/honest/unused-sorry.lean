-- statement
theorem true_true : True := sorry
-- submission
theorem unfinished (n : Nat) : n = n + 0 := sorry
theorem true_true : True := trivial
