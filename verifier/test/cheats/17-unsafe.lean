-- cheat 17
-- step read
-- reason unsupported-declaration
-- statement
theorem t : False := sorry
-- submission
import Lean
open Lean Elab Command
elab "declare" : command => liftCoreM do
  addDecl (.mutualDefnDecl [{
    name := `wrong, levelParams := [], type := mkConst ``False, value := mkConst `wrong
    hints := .opaque, safety := .unsafe, all := [`wrong] }])
  withOptions (·.setBool `debug.skipKernelTC true) do
    addDecl (.thmDecl { name := `t, levelParams := [], type := mkConst ``False, value := mkConst `wrong })
declare
