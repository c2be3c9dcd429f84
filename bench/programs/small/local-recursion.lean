-- A loop as a local recursive function, and its value.
def outer (n : Nat) : Nat := go n 0
where
  go : Nat → Nat → Nat
    | 0, acc => acc
    | k+1, acc => go k (acc + k)
#eval outer 10
