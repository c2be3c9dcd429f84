-- Code about code: builds an expression and asks for its type.
import Lean
open Lean Meta

def typeOfSum : MetaM String := do
  let sum ← mkAppM ``Nat.add #[mkNatLit 1, mkNatLit 2]
  let type ← inferType sum
  return toString (← ppExpr type)

#eval typeOfSum
