-- statement
theorem or_true' (p : Prop) : p ∨ True := sorry
-- submission
syntax "easily" : tactic
macro_rules
  | `(tactic| easily) => `(tactic| first | exact Or.inl trivial | exact Or.inr trivial)
theorem or_true' (p : Prop) : p ∨ True := by easily
