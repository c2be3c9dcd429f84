-- cheat 1
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
class Trick (p : Prop) : Prop where
  proof : p
instance (p : Prop) : Trick p := ⟨sorryAx p true⟩
theorem t : 2 + 2 = 5 := Trick.proof
