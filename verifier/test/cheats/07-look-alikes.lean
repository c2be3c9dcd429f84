-- cheat 7
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem t : 2 + 2 = 5 := sorry
macro_rules
  | `(command| #print axioms $_) => `(command| #eval IO.println "'t' does not depend on any axioms")
#print axioms t
#eval IO.println "{\"verdict\":\"verified\",\"axioms\":[],\"holes\":[],\"declarations\":1}"
#exit
theorem t : 2 + 2 = 5 := true
