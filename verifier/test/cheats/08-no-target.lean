-- cheat 8
-- step compare
-- reason target-missing
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem u : 2 + 2 = 4 := rfl
