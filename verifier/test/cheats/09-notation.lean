-- cheat 9
-- step compare
-- reason statement-differs
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
def always (_ _ : Nat) : Prop := True
local infix:50 (priority := high) " = " => always
theorem t : 2 + 2 = 5 := trivial
