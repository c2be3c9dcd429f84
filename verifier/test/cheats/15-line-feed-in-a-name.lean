-- cheat 15
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
import Lean
theorem below : 2 + 2 = 5 := sorry
open Lean Elab Command in
elab "declare" : command => liftCoreM do
  let type := (← getConstInfo `below).type
  let name := Name.mkSimple "a\nend\nth 1 2 3\nend\n"
  addDecl (.thmDecl { name, levelParams := [], type, value := mkConst `below })
  addDecl (.thmDecl { name := `t, levelParams := [], type, value := mkConst name })
declare
