-- cheat 10
-- step axioms
-- reason axiom-not-allowed
-- holes answer
-- statement
def answer : Nat := sorry
theorem t : answer = answer := sorry
-- submission
def answer : Nat := sorry
theorem t : answer = answer := rfl
