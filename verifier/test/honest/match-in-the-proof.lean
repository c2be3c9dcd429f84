-- statement
theorem cases_three (n : Nat) (h : n < 3) : n = 0 ∨ n = 1 ∨ n = 2 := sorry
-- submission
theorem cases_three (n : Nat) (h : n < 3) : n = 0 ∨ n = 1 ∨ n = 2 :=
  match n, h with
  | 0, _ => .inl rfl
  | 1, _ => .inr (.inl rfl)
  | 2, _ => .inr (.inr rfl)
