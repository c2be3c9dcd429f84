-- statement
def Positive := { n : Nat // 0 < n }
theorem positive_ne (p : Positive) : p.val ≠ 0 := sorry
-- submission
def Positive := { n : Nat // 0 < n }
theorem positive_ne (p : Positive) : p.val ≠ 0 := Nat.pos_iff_ne_zero.mp p.property
