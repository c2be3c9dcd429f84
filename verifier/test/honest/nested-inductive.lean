-- statement
inductive Rose (α : Type) where
  | node (label : α) (children : List (Rose α))
def Rose.label {α : Type} : Rose α → α
  | .node a _ => a
theorem rose_label (a : Nat) : (Rose.node a []).label = a := sorry
-- submission
inductive Rose (α : Type) where
  | node (label : α) (children : List (Rose α))
def Rose.label {α : Type} : Rose α → α
  | .node a _ => a
theorem rose_label (a : Nat) : (Rose.node a []).label = a := rfl
