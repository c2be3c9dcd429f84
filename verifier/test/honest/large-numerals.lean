-- statement
theorem big : 2 ^ 200 < 10 ^ 61 := sorry
-- submission
theorem big : 2 ^ 200 < 10 ^ 61 := by decide
