-- statement
theorem chars : 'a' ≠ 'b' := sorry
-- submission
theorem chars : 'a' ≠ 'b' := by decide
