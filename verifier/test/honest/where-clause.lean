-- statement
def sumTo (n : Nat) : Nat := go n 0
where go : Nat → Nat → Nat
  | 0, acc => acc
  | n + 1, acc => go n (acc + n + 1)
theorem sumTo_four : sumTo 4 = 10 := sorry
-- submission
def sumTo (n : Nat) : Nat := go n 0
where go : Nat → Nat → Nat
  | 0, acc => acc
  | n + 1, acc => go n (acc + n + 1)
theorem sumTo_four : sumTo 4 = 10 := rfl
