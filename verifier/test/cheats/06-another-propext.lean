-- cheat 6
-- step compare
-- reason target-missing
-- statement
theorem t : False := sorry
-- submission
import Lean
open Lean Elab Command
elab "redefine" : command => do
  setEnv (← mkEmptyEnvironment)
  liftCoreM do
    addDecl (.inductDecl [] 0 [{ name := `False, type := mkSort .zero, ctors := [] }] false)
    addDecl (.axiomDecl { name := `propext, levelParams := [], type := mkConst `False, isUnsafe := false })
    addDecl (.thmDecl { name := `t, levelParams := [], type := mkConst `False, value := mkConst `propext })
redefine
