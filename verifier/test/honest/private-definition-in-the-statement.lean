-- statement
private def secret (n : Nat) : Nat := n + 1
theorem secret_pos (n : Nat) : 0 < secret n := sorry
-- submission
private def secret (n : Nat) : Nat := n + 1
theorem secret_pos (n : Nat) : 0 < secret n := Nat.succ_pos n
