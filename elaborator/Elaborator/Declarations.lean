import Elaborator.Axioms
import Elaborator.Messages

/-!
What a text declares, as only its environment knows it: with the names, kinds and types that elaboration gave, and the axioms
that each declaration rests on.
-/

namespace Elaborator

open Lean

/-- What kind of declaration it is, in the words that declare one. -/
def kindOf (env : Environment) (info : ConstantInfo) : String :=
  match info with
  | .axiomInfo _ => "axiom"
  | .thmInfo _ => "theorem"
  | .opaqueInfo _ => "opaque"
  | .quotInfo _ => "quotient"
  | .ctorInfo _ => "constructor"
  | .recInfo _ => "recursor"
  | .inductInfo _ =>
    if isClass env info.name then "class" else if isStructure env info.name then "structure" else "inductive"
  | .defnInfo _ =>
    if Meta.isInstanceCore env info.name then "instance"
    else if env.isProjectionFn info.name then "projection"
    else "definition"

/-- Those of the new constants that stand in the text, in its order. -/
private def declared (base env : Environment) : Array (ConstantInfo × DeclarationRanges) :=
  let found := (newConstants base env).filterMap fun info => (rangesOf? env info.name).map (info, ·)
  found.qsort fun (a, { range := p, .. }) (b, { range := q, .. }) =>
    p.pos.line < q.pos.line || (p.pos.line == q.pos.line && (p.pos.column < q.pos.column ||
      (p.pos.column == q.pos.column && a.name.toString < b.name.toString)))

/-- The type as Lean prints it where nothing is open. -/
private def printType (env : Environment) (input : Parser.InputContext) (type : Expr) : IO String := do
  let context : Core.Context := { fileName := input.fileName, fileMap := input.fileMap, options := Compat.sequentialOptions }
  let (format, _, _) ← (Meta.ppExpr type).toIO context { env }
  return format.pretty

/-- The text's declarations as data, at most so many, how many more there are, and what is known of axioms then. -/
def reportDeclarations (base env : Environment) (input : Parser.InputContext) (most : Nat) (textBytes : Nat)
    (known : KnownAxioms) : IO (Array Json × Nat × KnownAxioms) := do
  let all := declared base env
  let shown := all.extract 0 most
  let (axioms, known) := axiomsOf env (shown.map (·.1.name)) known
  let mut items := #[]
  for ((info, { range, selectionRange }), axioms) in shown.zip axioms do
    let (name, isPrivate) := writtenName info.name
    let type ← printType env input info.type
    items := items.push (Json.mkObj ([
      ("name", Json.str name.toString),
      ("kind", Json.str (kindOf env info)),
      ("type", Json.str (truncate type textBytes)),
      ("line", toJson range.pos.line),
      ("pos", positionToJson range.pos),
      ("endPos", positionToJson range.endPos),
      ("namePos", positionToJson selectionRange.pos),
      ("axioms", Json.arr (axioms.map fun axiomName => Json.str axiomName.toString)),
      ("sorry", Json.bool (axioms.contains ``sorryAx))
    ] ++ (if isPrivate then [("private", Json.bool true)] else [])))
  return (items, all.size - shown.size, known)

end Elaborator
