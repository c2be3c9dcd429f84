-- statement
theorem and_swap (p q : Prop) : p ∧ q → q ∧ p := by sorry
-- submission
theorem and_swap (p q : Prop) : p ∧ q → q ∧ p := by
  intro h
  constructor
  · exact h.right
  · exact h.left
