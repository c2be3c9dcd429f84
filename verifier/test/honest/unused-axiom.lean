-- statement
theorem both_true : True ∧ True := sorry
-- submission
axiom wild : False
theorem both_true : True ∧ True := ⟨trivial, trivial⟩
