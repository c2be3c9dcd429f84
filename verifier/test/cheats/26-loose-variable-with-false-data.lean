-- cheat 26
-- step kernel
-- reason kernel-rejected
-- statement
theorem t : False := sorry
-- submission
import Lean
open Lean Elab Command
elab "declare" : command => liftCoreM do
  withOptions (·.setBool `debug.skipKernelTC true) do
    addDecl (.thmDecl { name := `t, levelParams := [], type := mkConst ``False, value := .bvar 0 })
declare
