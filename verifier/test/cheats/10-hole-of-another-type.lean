-- cheat 10
-- step compare
-- reason definition-differs
-- holes answer
-- statement
def answer : Nat := sorry
theorem t : True := sorry
-- submission
def answer : Int := 12
theorem t : True := trivial
