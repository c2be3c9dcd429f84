-- statement
module
public section
@[expose] def inc (n : Nat) : Nat := n + 1
theorem inc_pos (n : Nat) : 0 < inc n := sorry
-- submission
module
public section
@[expose] def inc (n : Nat) : Nat := n + 1
theorem inc_pos (n : Nat) : 0 < inc n := Nat.succ_pos n
