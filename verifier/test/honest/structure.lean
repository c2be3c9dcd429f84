-- statement
structure Point where
  x : Nat
  y : Nat
def Point.sum (p : Point) : Nat := p.x + p.y
theorem Point.sum_swap (p : Point) : Point.sum ⟨p.y, p.x⟩ = p.sum := sorry
-- submission
structure Point where
  x : Nat
  y : Nat
def Point.sum (p : Point) : Nat := p.x + p.y
theorem Point.sum_swap (p : Point) : Point.sum ⟨p.y, p.x⟩ = p.sum := Nat.add_comm p.y p.x
