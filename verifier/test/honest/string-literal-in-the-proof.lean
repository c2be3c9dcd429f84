-- statement
theorem some_string : ∃ s : String, s.length = 3 := sorry
-- submission
theorem some_string : ∃ s : String, s.length = 3 := ⟨"αβγ", by decide⟩
