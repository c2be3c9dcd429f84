-- Cheap to write down; the kernel would compute for longer than the world lasts.
def double : Nat → Nat → Nat
  | 0, k => k
  | n+1, k => double n (double n k)

set_option maxHeartbeats 0 in
example : double 60 0 = 1 := by decide
