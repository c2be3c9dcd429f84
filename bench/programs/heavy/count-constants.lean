-- Walks over every declaration of Lean's own library.
import Lean
open Lean

def countTheorems : CoreM Nat := do
  let env ← getEnv
  return env.constants.fold (fun count _ info => match info with
    | ConstantInfo.thmInfo _ => count + 1
    | _ => count) 0

#eval countTheorems
