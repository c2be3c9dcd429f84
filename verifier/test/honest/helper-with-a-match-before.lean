-- statement
def pred' : Nat → Nat
  | 0 => 0
  | n + 1 => n
theorem pred_one : pred' 1 = 0 := sorry
-- submission
def isZero : Nat → Bool
  | 0 => true
  | _ + 1 => false
def pred' : Nat → Nat
  | 0 => 0
  | n + 1 => n
theorem pred_one : pred' 1 = 0 := rfl
