import Mathlib

-- A theorem of Mathlib about a number that it can compute with.
theorem two_is_prime : Nat.Prime 2 := by norm_num

def main : IO Unit := do
  IO.println s!"2 is prime, and so are {(List.range 30).filter (fun n => n.Prime)}"
