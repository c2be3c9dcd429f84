-- statement
theorem «a strange\nname, isn't it?» : 1 ≤ 2 := sorry
-- submission
theorem «a strange\nname, isn't it?» : 1 ≤ 2 := by decide
