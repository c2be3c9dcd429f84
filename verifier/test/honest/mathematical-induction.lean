-- statement
def sum : Nat → Nat
  | 0 => 0
  | n + 1 => sum n + (n + 1)
theorem gauss (n : Nat) : 2 * sum n = n * (n + 1) := sorry
-- submission
def sum : Nat → Nat
  | 0 => 0
  | n + 1 => sum n + (n + 1)
theorem gauss (n : Nat) : 2 * sum n = n * (n + 1) := by
  induction n with
  | zero => rfl
  | succ n ih =>
    simp only [sum, Nat.mul_add, ih]
    rw [Nat.add_mul, Nat.mul_comm n 1]
    omega
