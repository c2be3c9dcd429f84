import Elaborator.Constants
import Elaborator.Messages

/-!
The `sorry`s of a text, found in terms. A warning can be switched off, and a `sorry` can come from a tactic that never says
the word; the term always has it.
-/

namespace Elaborator

open Lean Elab

/-- A `sorry`, in which declaration, and where if that can be known. -/
structure FoundSorry where
  declaration : Name
  position? : Option Position
  /-- Whether Lean put it there itself, behind an error. -/
  synthetic : Bool
  deriving BEq

namespace FoundSorry

/-- As data. -/
def toJson (found : FoundSorry) : Json :=
  Json.mkObj ([("declaration", Json.str (toString (writtenName found.declaration).1))]
    ++ (found.position?.map fun position => ("pos", positionToJson position)).toList
    ++ (if found.synthetic then [("synthetic", Json.bool true)] else []))

private def before (a b : FoundSorry) : Bool :=
  match a.position?, b.position? with
  | some p, some q => p.line < q.line || (p.line == q.line && p.column < q.column)
  | some _, none => true
  | _, _ => false

end FoundSorry

/-- All terms that are `sorry`s in a term, with what they are applied to. -/
private partial def sorryTerms (term : Expr) : StateM (PersistentHashMap Expr Unit × Array Expr) Unit := do
  if !term.hasSorry || (← get).1.contains term then return
  modify fun (seen, found) => (seen.insert term (), found)
  if term.getAppFn.isConstOf ``sorryAx then
    modify fun (seen, found) => (seen, found.push term)
    -- A `sorry` of a function type is applied to what may have others.
    term.getAppArgs.forM sorryTerms
  else match term with
    | .app function argument => do sorryTerms function; sorryTerms argument
    | .lam _ type body _ | .forallE _ type body _ => do sorryTerms type; sorryTerms body
    | .letE _ type value body _ => do sorryTerms type; sorryTerms value; sorryTerms body
    | .mdata _ inner | .proj _ _ inner => sorryTerms inner
    | _ => return

/-- The `sorry`s of one constant, put down to the declaration that it is part of. -/
private def sorriesOf (env : Environment) (info : ConstantInfo) : Array FoundSorry := Id.run do
  let terms := termsOf info
  unless terms.any (·.hasSorry) do return #[]
  let (_, _, found) := (terms.forM sorryTerms).run ({}, #[])
  let declaration := declarationOf env info.name
  let fallback := (rangeOf? env declaration).map (·.pos)
  return found.map fun term => {
    declaration
    position? := Compat.labelOf? term <|> fallback
    synthetic := term.isSyntheticSorry
  }

/-- What an `example` adds is taken back when it has been elaborated; trees remember the environment that had it. -/
private partial def examplesIn : InfoTree → Array (Environment × ConstantInfo)
  | .context (.commandCtx info) inner =>
    let found := match info.env.find? (info.currNamespace ++ `_example) with
      | some constant => #[(info.env, constant)]
      | none => #[]
    found ++ examplesIn inner
  | .context _ inner => examplesIn inner
  | .node (.ofCommandInfo _) children | .node (.ofMacroExpansionInfo _) children =>
    children.foldl (fun found child => found ++ examplesIn child) #[]
  | _ => #[]

/-- All `sorry`s of a text, in its order, each once. -/
def findSorries (base env : Environment) (trees : Array InfoTree) : Array FoundSorry :=
  let add (found : Array FoundSorry) (env : Environment) (info : ConstantInfo) :=
    (sorriesOf env info).foldl (init := found) fun kept next => if kept.contains next then kept else kept.push next
  let found := (newConstants base env).foldl (fun found info => add found env info) #[]
  let found := trees.foldl (init := found) fun found tree =>
    (examplesIn tree).foldl (fun found (env, info) => add found env info) found
  found.insertionSort FoundSorry.before

end Elaborator
