-- New syntax by notation and macros, and code that uses it.
notation:65 a " ⊹ " b:66 => a + b + 1

macro "twice " t:tactic : tactic => `(tactic| ($t:tactic; $t:tactic))

syntax "sum_of " term,* : term
macro_rules
  | `(sum_of) => `(0)
  | `(sum_of $x:term) => `($x)
  | `(sum_of $x:term, $xs:term,*) => `($x + sum_of $xs,*)

#eval 1 ⊹ 2 ⊹ 3
#eval sum_of 1, 2, 3, 4

example (p q r : Prop) (h : p) : q → r → p := by
  twice intro _
  exact h
