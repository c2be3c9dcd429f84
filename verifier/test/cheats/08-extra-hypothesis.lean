-- cheat 8
-- step compare
-- reason statement-differs
-- statement
theorem t (n : Nat) : n < 100 := sorry
-- submission
theorem t (n : Nat) (h : n < 100) : n < 100 := h
