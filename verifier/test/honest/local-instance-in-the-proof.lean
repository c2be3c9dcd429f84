-- statement
theorem exists_decidable (p : Prop) : ∃ b : Bool, (b = true ↔ p) := sorry
-- submission
open Classical in
theorem exists_decidable (p : Prop) : ∃ b : Bool, (b = true ↔ p) := ⟨decide p, decide_eq_true_iff⟩
