-- An inductive type, functions by structural recursion, and proofs by induction about them.
inductive Tree (α : Type) where
  | leaf : Tree α
  | node : Tree α → α → Tree α → Tree α

namespace Tree

def size {α : Type} : Tree α → Nat
  | leaf => 0
  | node l _ r => size l + 1 + size r

def mirror {α : Type} : Tree α → Tree α
  | leaf => leaf
  | node l x r => node (mirror r) x (mirror l)

def toList {α : Type} : Tree α → List α
  | leaf => []
  | node l x r => toList l ++ x :: toList r

theorem mirror_mirror {α : Type} (t : Tree α) : mirror (mirror t) = t := by
  induction t with
  | leaf => rfl
  | node l x r ihl ihr => simp [mirror, ihl, ihr]

end Tree

#eval (Tree.node (Tree.node Tree.leaf 1 Tree.leaf) 2 (Tree.node Tree.leaf 3 Tree.leaf)).mirror.toList
