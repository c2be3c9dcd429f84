-- statement
inductive Rose where
  | node (children : List Rose)
mutual
def Rose.size : Rose → Nat
  | .node cs => sizes cs + 1
def Rose.sizes : List Rose → Nat
  | [] => 0
  | c :: cs => c.size + sizes cs
end
theorem Rose.size_pos (r : Rose) : 0 < r.size := sorry
-- submission
inductive Rose where
  | node (children : List Rose)
mutual
def Rose.size : Rose → Nat
  | .node cs => sizes cs + 1
def Rose.sizes : List Rose → Nat
  | [] => 0
  | c :: cs => c.size + sizes cs
end
theorem Rose.size_pos (r : Rose) : 0 < r.size := by
  cases r with
  | node cs => simp [Rose.size]
