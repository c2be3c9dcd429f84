-- statement
inductive Tree where
  | leaf
  | node (left right : Tree)
def Tree.mirror : Tree → Tree
  | .leaf => .leaf
  | .node l r => .node r.mirror l.mirror
theorem Tree.mirror_mirror (t : Tree) : t.mirror.mirror = t := sorry
-- submission
inductive Tree where
  | leaf
  | node (left right : Tree)
def Tree.mirror : Tree → Tree
  | .leaf => .leaf
  | .node l r => .node r.mirror l.mirror
theorem Tree.mirror_mirror (t : Tree) : t.mirror.mirror = t := by
  induction t with
  | leaf => rfl
  | node l r hl hr => simp [mirror, hl, hr]
