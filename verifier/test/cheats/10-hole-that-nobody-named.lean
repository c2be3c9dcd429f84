-- cheat 10
-- step compare
-- reason definition-differs
-- statement
def answer : Nat := sorry
theorem t : answer * answer = 144 := sorry
-- submission
def answer : Nat := 12
theorem t : answer * answer = 144 := rfl
