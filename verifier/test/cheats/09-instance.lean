-- cheat 9
-- step compare
-- reason statement-differs
-- statement
theorem t : (2 : Nat) + 2 = 5 := sorry
-- submission
instance (priority := high) : HAdd Nat Nat Nat := ⟨fun _ _ => 5⟩
theorem t : (2 : Nat) + 2 = 5 := rfl
