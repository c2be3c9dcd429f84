-- statement
def halve (n : Nat) : Option Nat := do
  guard (n % 2 = 0)
  return n / 2
theorem halve_four : halve 4 = some 2 := sorry
-- submission
def halve (n : Nat) : Option Nat := do
  guard (n % 2 = 0)
  return n / 2
theorem halve_four : halve 4 = some 2 := rfl
