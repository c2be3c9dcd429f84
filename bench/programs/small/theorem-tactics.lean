-- Three short proofs: by tactics, by a lemma, by computation.
theorem andSwap (p q : Prop) (h : p ∧ q) : q ∧ p := by
  cases h with
  | intro hp hq => exact ⟨hq, hp⟩

theorem comm (a b : Nat) : a + b = b + a := Nat.add_comm a b

theorem two : 1 + 1 = 2 := rfl
