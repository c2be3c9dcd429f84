-- statement
noncomputable def pick (h : ∃ n : Nat, 5 < n) : Nat := Classical.choose h
theorem pick_big (h : ∃ n : Nat, 5 < n) : 5 < pick h := sorry
-- submission
noncomputable def pick (h : ∃ n : Nat, 5 < n) : Nat := Classical.choose h
theorem pick_big (h : ∃ n : Nat, 5 < n) : 5 < pick h := Classical.choose_spec h
