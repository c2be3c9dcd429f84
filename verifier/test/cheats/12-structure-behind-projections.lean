-- cheat 12
-- step compare
-- reason definition-differs
-- statement
structure Pair where
  first : Nat
  second : Nat
def point : Pair := ⟨1, 2⟩
theorem t : point.first = 2 := sorry
-- submission
structure Pair where
  second : Nat
  first : Nat
def point : Pair := ⟨1, 2⟩
theorem t : point.first = 2 := rfl
