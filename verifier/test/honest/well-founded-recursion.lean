-- statement
def log2 (n : Nat) : Nat := if h : n ≤ 1 then 0 else log2 (n / 2) + 1
termination_by n
decreasing_by omega
theorem log2_one : log2 1 = 0 := sorry
-- submission
def log2 (n : Nat) : Nat := if h : n ≤ 1 then 0 else log2 (n / 2) + 1
termination_by n
decreasing_by omega
theorem log2_one : log2 1 = 0 := by
  unfold log2
  simp
