-- statement
inductive Vec (α : Type u) : Nat → Type u where
  | nil : Vec α 0
  | cons {n : Nat} (a : α) (v : Vec α n) : Vec α (n + 1)
def Vec.length {α : Type u} {n : Nat} (_ : Vec α n) : Nat := n
theorem Vec.length_eq {α : Type u} {n : Nat} (v : Vec α n) : v.length = n := sorry
-- submission
inductive Vec (α : Type u) : Nat → Type u where
  | nil : Vec α 0
  | cons {n : Nat} (a : α) (v : Vec α n) : Vec α (n + 1)
def Vec.length {α : Type u} {n : Nat} (_ : Vec α n) : Nat := n
theorem Vec.length_eq {α : Type u} {n : Nat} (v : Vec α n) : v.length = n := rfl
