-- statement
theorem em_twice (p : Prop) : ¬¬p → p := sorry
-- submission
theorem em_twice (p : Prop) : ¬¬p → p := fun h => Classical.byContradiction fun hp => h hp
