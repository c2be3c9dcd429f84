-- Long chains of rewriting: sums of variables brought into one order by the simplifier.
theorem reorder₁ (a b c d e f : Nat) : a + b + c + d + e + f = f + e + d + c + b + a := by
  simp [Nat.add_comm, Nat.add_left_comm, Nat.add_assoc]

theorem reorder₂ (a b c d e f g h : Nat) : (a + b) + (c + d) + ((e + f) + (g + h)) = h + (g + (f + (e + (d + (c + (b + a)))))) := by
  simp [Nat.add_comm, Nat.add_left_comm, Nat.add_assoc]

theorem reorder₃ (a b c d e f g h i : Nat) : a + (b + (c + (d + (e + (f + (g + (h + i))))))) = i + h + g + f + e + d + c + b + a := by
  simp [Nat.add_comm, Nat.add_left_comm, Nat.add_assoc]
