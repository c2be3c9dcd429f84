-- statement
structure Colour where
  shade : Nat
instance : Inhabited Colour := ⟨⟨7⟩⟩
theorem default_shade : (default : Colour).shade = 7 := sorry
-- submission
structure Colour where
  shade : Nat
instance : Inhabited Colour := ⟨⟨7⟩⟩
theorem default_shade : (default : Colour).shade = 7 := rfl
