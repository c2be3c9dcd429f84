-- cheat 25
-- step compare
-- reason statement-differs
-- statement
def answer : Nat := 42
theorem t : answer = 42 := sorry
-- submission
def reply : Nat := 42
theorem t : reply = 42 := rfl
