-- cheat 8
-- step compare
-- reason statement-differs
-- statement
theorem t.{u} : ∀ α : Type, α = α := sorry
-- submission
theorem t : ∀ α : Type, α = α := fun _ => rfl
