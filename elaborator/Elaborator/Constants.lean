import Elaborator.Compat

/-!
What a text has added to its environment. Names and terms come from here, never from the words of the text or of a message:
notation, macros, `open … in` and options change those.
-/

namespace Elaborator

open Lean

/-- The constants of `env` that `base` does not have, of the text itself. -/
def newConstants (base env : Environment) : Array ConstantInfo :=
  let old := base.constants.map₂
  env.constants.map₂.foldl (init := #[]) fun found name info => if old.contains name then found else found.push info

/-- The terms that a constant consists of. -/
def termsOf (info : ConstantInfo) : List Expr :=
  let value := match info with
    | .defnInfo { value, .. } | .thmInfo { value, .. } | .opaqueInfo { value, .. } => [value]
    | .recInfo { rules, .. } => rules.map (·.rhs)
    | _ => []
  info.type :: value

/-- Where Lean says that the declaration and its name stand. -/
def rangesOf? (env : Environment) (name : Name) : Option DeclarationRanges :=
  declRangeExt.find? env name

/-- Where Lean says that the declaration stands: the whole of it. -/
def rangeOf? (env : Environment) (name : Name) : Option DeclarationRange :=
  (rangesOf? env name).map (·.range)

/-- The declaration that a constant belongs to: itself, or the nearest one above it that stands in the text. -/
def declarationOf (env : Environment) (name : Name) : Name :=
  match go name with
  | some found => found
  | none => name
where go : Name → Option Name
  | .anonymous => none
  | current@(.str parent _) | current@(.num parent _) =>
    if (rangeOf? env current).isSome then some current else go parent

/-- The name as it was written, and whether that is only visible in its own file. -/
def writtenName (name : Name) : Name × Bool :=
  match privateToUserName? name with
  | some written => (written, true)
  | none => (name, false)

end Elaborator
