-- statement
theorem zero_le' (n : Nat) : 0 ≤ n := sorry
-- submission
open Nat in
theorem zero_le' (n : Nat) : 0 ≤ n := zero_le n
