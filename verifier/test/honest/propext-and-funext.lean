-- statement
theorem sets_equal (p q : Nat → Prop) (h : ∀ n, p n ↔ q n) : p = q := sorry
-- submission
theorem sets_equal (p q : Nat → Prop) (h : ∀ n, p n ↔ q n) : p = q := by
  funext n
  exact propext (h n)
