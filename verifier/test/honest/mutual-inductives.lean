-- statement
mutual
inductive EvenList (α : Type) where
  | nil
  | cons (a : α) (rest : OddList α)
inductive OddList (α : Type) where
  | cons (a : α) (rest : EvenList α)
end
theorem nonempty_odd (l : OddList Nat) : ∃ a rest, l = OddList.cons a rest := sorry
-- submission
mutual
inductive EvenList (α : Type) where
  | nil
  | cons (a : α) (rest : OddList α)
inductive OddList (α : Type) where
  | cons (a : α) (rest : EvenList α)
end
theorem nonempty_odd (l : OddList Nat) : ∃ a rest, l = OddList.cons a rest := by
  cases l with
  | cons a rest => exact ⟨a, rest, rfl⟩
