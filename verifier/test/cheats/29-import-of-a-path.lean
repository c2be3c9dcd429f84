-- cheat 29
-- reason import-not-available does-not-compile
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
import «..».«..».tmp.Evil
theorem t : 2 + 2 = 5 := evil
