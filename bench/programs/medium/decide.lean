-- Proofs by computation: the kernel evaluates functions on numbers and lists.
def fibonacci : Nat → Nat
  | 0 => 0
  | 1 => 1
  | n + 2 => fibonacci (n + 1) + fibonacci n

def isSorted : List Nat → Bool
  | [] => true
  | [_] => true
  | x :: y :: rest => Nat.ble x y && isSorted (y :: rest)

example : fibonacci 13 = 233 := by decide
example : (List.range 30).foldl (fun sum n => sum + n * n) 0 = 8555 := by decide
example : isSorted (List.range 40) = true := by decide
