-- statement
instance : Add Bool := ⟨xor⟩
theorem bool_add (a : Bool) : a + a = false := sorry
-- submission
instance : Add Bool := ⟨xor⟩
theorem bool_add (a : Bool) : a + a = false := by cases a <;> rfl
