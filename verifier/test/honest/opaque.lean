-- statement
opaque key : Nat
theorem key_self : key = key := sorry
-- submission
opaque key : Nat
theorem key_self : key = key := rfl
