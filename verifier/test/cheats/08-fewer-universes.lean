-- cheat 8
-- step compare
-- reason statement-differs
-- statement
theorem t.{u} (α : Type u) (a b : α) (h : ∀ p : α → Prop, p a → p b) : a = b := sorry
-- submission
theorem t (α : Type) (a b : α) (h : ∀ p : α → Prop, p a → p b) : a = b := h (a = ·) rfl
