-- statement
import Lean
open Lean in
theorem name_eq : `a.b = Name.mkStr (Name.mkSimple "a") "b" := sorry
-- submission
import Lean
open Lean in
theorem name_eq : `a.b = Name.mkStr (Name.mkSimple "a") "b" := rfl
