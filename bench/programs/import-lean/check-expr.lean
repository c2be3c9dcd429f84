-- The library of Lean itself, for one line.
import Lean
open Lean
#check Expr
