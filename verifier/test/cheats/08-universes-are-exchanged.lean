-- cheat 8
-- step compare
-- reason statement-differs
-- statement
theorem t.{u, v} (α : Sort u) (β : Sort v) : (PUnit.{u} → PUnit.{v}) = (PUnit.{u} → PUnit.{v}) := sorry
-- submission
theorem t.{u, v} (α : Sort v) (β : Sort u) : (PUnit.{v} → PUnit.{u}) = (PUnit.{v} → PUnit.{u}) := rfl
