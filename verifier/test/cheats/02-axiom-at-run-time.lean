-- cheat 2
-- step kernel
-- reason axiom-not-allowed
-- statement
theorem t : False := sorry
-- submission
import Lean
open Lean Elab Command
elab "declare" : command => liftCoreM do
  addDecl (.axiomDecl { name := `wrong, levelParams := [], type := mkConst ``False, isUnsafe := false })
declare
theorem t : False := wrong
