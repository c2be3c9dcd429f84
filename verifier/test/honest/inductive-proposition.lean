-- statement
inductive Even : Nat → Prop where
  | zero : Even 0
  | step (n : Nat) : Even n → Even (n + 2)
theorem even_double (n : Nat) : Even (n + n) := sorry
-- submission
inductive Even : Nat → Prop where
  | zero : Even 0
  | step (n : Nat) : Even n → Even (n + 2)
theorem even_double (n : Nat) : Even (n + n) := by
  induction n with
  | zero => exact Even.zero
  | succ n ih =>
    have h : n + 1 + (n + 1) = n + n + 2 := by omega
    rw [h]
    exact Even.step _ ih
