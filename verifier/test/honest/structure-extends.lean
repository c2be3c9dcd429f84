-- statement
structure Base where
  n : Nat
structure Derived extends Base where
  pos : 0 < n
theorem derived_pos (d : Derived) : 0 < d.n := sorry
-- submission
structure Base where
  n : Nat
structure Derived extends Base where
  pos : 0 < n
theorem derived_pos (d : Derived) : 0 < d.n := d.pos
