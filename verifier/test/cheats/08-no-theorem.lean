-- cheat 8
-- step compare
-- reason kind-differs
-- statement
theorem t : 2 + 2 = 4 := sorry
-- submission
def t : 2 + 2 = 4 := rfl
