-- Programs in do-notation: a loop with mutable variables, early return, state and exceptions.
def firstMultiple (n limit : Nat) : Option Nat := do
  for i in [1:limit] do
    if i % n == 0 && i % 7 == 0 then
      return i
  none

def collatz (start : Nat) : Nat := Id.run do
  let mut n := start
  let mut steps := 0
  for _ in [0:1000] do
    if n ≤ 1 then
      break
    n := if n % 2 == 0 then n / 2 else 3 * n + 1
    steps := steps + 1
  return steps

def counter : StateM Nat Nat := do
  modify (· + 1)
  let n ← get
  set (n * 2)
  return n

def divide (a b : Nat) : Except String Nat :=
  if b == 0 then throw "division by zero" else pure (a / b)

#eval firstMultiple 5 100
#eval collatz 27
#eval (Id.run (counter.run 4)).2
#eval match divide 10 0 with
  | Except.ok value => toString value
  | Except.error reason => reason
