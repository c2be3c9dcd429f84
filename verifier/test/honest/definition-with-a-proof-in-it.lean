-- statement
def small : Fin 10 := ⟨3, by decide⟩
theorem small_val : small.val = 3 := sorry
-- submission
def small : Fin 10 := ⟨3, by decide⟩
theorem small_val : small.val = 3 := rfl
