-- statement
def describe : Option Nat → Nat
  | none => 0
  | some n => n
theorem describe_some (n : Nat) : describe (some n) = n := sorry
-- submission
def describe : Option Nat → Nat
  | none => 0
  | some n => n
theorem describe_some (n : Nat) : describe (some n) = n := rfl
