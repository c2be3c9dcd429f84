-- A program that computes: the ways to place eight queens so that none attacks another.
def attacks (row₁ col₁ row₂ col₂ : Nat) : Bool :=
  col₁ == col₂ || row₁ + col₁ == row₂ + col₂ || row₁ + col₂ == row₂ + col₁

def place (size : Nat) : Nat → List (Nat × Nat) → Nat
  | 0, _ => 1
  | left + 1, placed => (List.range size).foldl (fun ways col =>
      if placed.any (fun queen => attacks queen.1 queen.2 left col) then ways
      else ways + place size left ((left, col) :: placed)) 0

def main : IO Unit := IO.println s!"{place 8 8 []} ways"
