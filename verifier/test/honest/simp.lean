-- statement
theorem append_nil' {α : Type u} (xs : List α) : xs ++ [] ++ [] = xs := sorry
-- submission
theorem append_nil' {α : Type u} (xs : List α) : xs ++ [] ++ [] = xs := by simp
