-- cheat 21
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
initialize started : IO.Ref Nat ← do
  IO.println "{\"verdict\":\"verified\"}"
  IO.mkRef 0
theorem t : 2 + 2 = 5 := sorry
