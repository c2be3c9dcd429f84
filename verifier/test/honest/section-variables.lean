-- statement
theorem map_id' {α : Type u} (xs : List α) : xs.map id = xs := sorry
-- submission
section
variable {α : Type u} (xs : List α)
theorem map_id' : xs.map id = xs := List.map_id xs
end
