-- statement
class Shape (α : Type) where
  corners : α → Nat
  atLeastThree : ∀ a, 3 ≤ corners a
structure Square where
instance : Shape Square := ⟨fun _ => 4, fun _ => Nat.le_succ 3⟩
theorem square_corners (s : Square) : Shape.corners s = 4 := sorry
-- submission
class Shape (α : Type) where
  corners : α → Nat
  atLeastThree : ∀ a, 3 ≤ corners a
structure Square where
instance : Shape Square := ⟨fun _ => 4, fun _ => Nat.le_succ 3⟩
theorem square_corners (s : Square) : Shape.corners s = 4 := rfl
