-- statement
theorem strings : "a" ++ "b" = "ab" := sorry
-- submission
theorem strings : "a" ++ "b" = "ab" := by decide
