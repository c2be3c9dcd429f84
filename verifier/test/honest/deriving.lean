-- statement
inductive Suit where
  | clubs | hearts
  deriving DecidableEq, Repr
theorem suits_differ : Suit.clubs ≠ Suit.hearts := sorry
-- submission
inductive Suit where
  | clubs | hearts
  deriving DecidableEq, Repr
theorem suits_differ : Suit.clubs ≠ Suit.hearts := by decide
