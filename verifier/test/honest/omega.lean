-- statement
theorem linear (a b c : Int) (h : a < b) (g : b < c) : a + 2 ≤ c := sorry
-- submission
theorem linear (a b c : Int) (h : a < b) (g : b < c) : a + 2 ≤ c := by omega
