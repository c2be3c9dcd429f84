-- cheat 8
-- step compare
-- reason statement-differs
-- statement
def N : Nat := 3
theorem t : N = 4 := sorry
-- submission
set_option autoImplicit true
def N : Nat := 3
theorem t (h : N = 4) : N = 4 := h
