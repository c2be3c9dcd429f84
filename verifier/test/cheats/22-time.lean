-- cheat 22
-- verdict undecided
-- reason time-limit
-- timeout 15
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
#eval show IO Unit from do while true do IO.sleep 100
theorem t : 2 + 2 = 5 := sorry
