-- statement
def op (a b : Nat) : Nat := a * b + 1
infixl:65 " ⊙ " => op
theorem op_pos (a b : Nat) : 0 < a ⊙ b := sorry
-- submission
def op (a b : Nat) : Nat := a * b + 1
infixl:65 " ⊙ " => op
theorem op_pos (a b : Nat) : 0 < a ⊙ b := Nat.succ_pos _
