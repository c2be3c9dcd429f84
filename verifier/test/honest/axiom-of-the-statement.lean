-- allow choice_of_a_point
-- statement
axiom choice_of_a_point : ∃ n : Nat, 100 < n
theorem some_point : ∃ n : Nat, 50 < n := sorry
-- submission
axiom choice_of_a_point : ∃ n : Nat, 100 < n
theorem some_point : ∃ n : Nat, 50 < n :=
  choice_of_a_point.elim fun n h => ⟨n, Nat.lt_trans (by decide) h⟩
