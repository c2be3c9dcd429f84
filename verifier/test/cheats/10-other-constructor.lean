-- cheat 10
-- step compare
-- reason definition-differs
-- statement
inductive Box where
  | of (content : Nat)
theorem t : ∀ box : Box, box = box := sorry
-- submission
inductive Box where
  | of (content : Bool)
theorem t : ∀ box : Box, box = box := fun _ => rfl
