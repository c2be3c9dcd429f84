import Lean.Environment
import Lean.Util.FoldConsts
import Verifier.Text

/-!
Prints, of what a text has declared, only what its theorems need: a line for each name, universe level and term, and then a
line for each declaration, dependencies first. The other end of this is `Verifier.Read`; docs/verify.md has the grammar.

In the sandbox of a submission everything that this prints may have been made up. It serves honest texts; nothing relies on it.
-/

namespace Verifier

open Lean

/-- What is to be printed of the theorems and of the definitions that may differ. -/
inductive Part where
  /-- Their types only: this is the statement. -/
  | statement
  /-- Proofs and values too: this is the submission. -/
  | submission
  deriving BEq

/--
What is a text's own: what stands behind its header, and the modules that came with it. The judge imports nothing of either; all
other modules are those of the image.
-/
structure Own where
  env : Kernel.Environment
  /-- Indices of the modules that came with the text. -/
  modules : Std.HashSet Nat

/-- @param names of the modules that came with the text -/
def Own.of (env : Kernel.Environment) (names : List Name) : Own :=
  let names := names.foldl NameSet.insert ({} : NameSet)
  let indices := (Array.range env.header.moduleNames.size).filter fun index =>
    names.contains (env.header.moduleNames.getD index .anonymous)
  { env, modules := indices.foldl Std.HashSet.insert {} }

/-- A declaration, if it is the text's own. -/
def Own.find? (own : Own) (name : Name) : Option ConstantInfo :=
  match own.env.constants.map₂.find? name with
  | some info => some info
  | none => match own.env.const2ModIdx[name]? with
    | some index => if own.modules.contains index then own.env.find? name else none
    | none => none

/-- What stands behind the header. -/
def Own.ofText (own : Own) : List (Name × ConstantInfo) := own.env.constants.map₂.toList

/-- All declarations that are the text's own. -/
def Own.all (own : Own) : List (Name × ConstantInfo) := Id.run do
  let mut all := own.ofText
  for index in own.modules do
    if let some data := own.env.header.moduleData[index]? then
      for info in data.constants do all := (info.name, info) :: all
  return all

/-- The modules of the image that the text imports, itself or by modules that came with it; each once. -/
partial def Own.imports (own : Own) : Array Name := Id.run do
  let header := own.env.header
  let mut found := #[]
  let mut seen : NameSet := {}
  let mut pending := header.imports.toList.map (·.module)
  repeat
    match pending with
    | [] => break
    | module :: rest =>
      pending := rest
      if seen.contains module then continue
      seen := seen.insert module
      match header.moduleNames.findIdx? (· == module) with
      | some index =>
        if own.modules.contains index then
          pending := ((header.moduleData[index]?.map (·.imports)).getD #[]).toList.map (·.module) ++ pending
        else found := found.push module
      | none => found := found.push module
  return found

/-- What has been printed. -/
structure Printed where
  names : Std.HashMap Name Nat := {}
  levels : Std.HashMap Level Nat := {}
  terms : Std.HashMap Expr Nat := {}
  declared : NameSet := {}

/-- Prints about one environment. -/
abbrev PrintM := ReaderT (Own × Part × Array Name × IO.FS.Stream) (StateRefT Printed IO)

private def line (words : List String) : PrintM Unit := do
  let (_, _, _, out) ← read
  out.putStr (" ".intercalate words)
  out.putStr "\n"

private partial def nameIndex (name : Name) : PrintM Nat := do
  if let some index := (← get).names[name]? then return index
  match name with
  | .anonymous => return 0
  | .str parent component => line ["ns", toString (← nameIndex parent), toHex component]
  | .num parent component => line ["nn", toString (← nameIndex parent), toString component]
  modifyGet fun printed =>
    let index := printed.names.size + 1
    (index, { printed with names := printed.names.insert name index })

private def nameWord (name : Name) : PrintM String := return toString (← nameIndex name)

private partial def levelIndex (level : Level) : PrintM Nat := do
  if let some index := (← get).levels[level]? then return index
  let word (level : Level) : PrintM String := return toString (← levelIndex level)
  match level with
  | .zero => return 0
  | .succ inner => line ["us", ← word inner]
  | .max a b => line ["um", ← word a, ← word b]
  | .imax a b => line ["ui", ← word a, ← word b]
  | .param name => line ["up", ← nameWord name]
  | .mvar _ => throw (IO.userError "a universe level is not finished")
  modifyGet fun printed =>
    let index := printed.levels.size + 1
    (index, { printed with levels := printed.levels.insert level index })

private def binderWord : BinderInfo → String
  | .default => "d"
  | .implicit => "i"
  | .strictImplicit => "s"
  | .instImplicit => "c"

private def children : Expr → List Expr
  | .app f a => [f, a]
  | .lam _ type body _ | .forallE _ type body _ => [type, body]
  | .letE _ type value body _ => [type, value, body]
  | .proj _ _ e => [e]
  | _ => []

private def printTerm (e : Expr) : PrintM Unit := do
  let word (e : Expr) : PrintM String := return toString ((← get).terms.getD e.consumeMData 0)
  match e with
  | .bvar index => line ["eb", toString index]
  | .sort level => line ["es", toString (← levelIndex level)]
  | .const name levels => do
    let name ← nameWord name
    let levels ← levels.mapM fun level => return toString (← levelIndex level)
    line ("ec" :: name :: levels)
  | .app f a => line ["ea", ← word f, ← word a]
  | .lam name type body info => line ["el", binderWord info, ← nameWord name, ← word type, ← word body]
  | .forallE name type body info => line ["ep", binderWord info, ← nameWord name, ← word type, ← word body]
  | .letE name type value body _ => line ["ez", ← nameWord name, ← word type, ← word value, ← word body]
  | .proj structName index e => line ["ej", ← nameWord structName, toString index, ← word e]
  | .lit (.natVal value) => line ["en", toString value]
  | .lit (.strVal value) => line ["et", toHex value]
  | .mdata _ _ | .fvar _ | .mvar _ => throw (IO.userError "a term is not finished")
  modify fun printed => { printed with terms := printed.terms.insert e (printed.terms.size + 1) }

/-- Prints a term, its parts first. Not recursive: terms go deeper than a stack. -/
private def termIndex (root : Expr) : PrintM Nat := do
  let mut stack := [root.consumeMData]
  repeat
    match stack with
    | [] => break
    | e :: rest =>
      let terms := (← get).terms
      if terms.contains e then
        stack := rest
      else
        match (children e).map Expr.consumeMData |>.filter (!terms.contains ·) with
        | [] =>
          printTerm e
          stack := rest
        | missing => stack := missing ++ stack
  return (← get).terms.getD root.consumeMData 0

private def termWord (e : Expr) : PrintM String := return toString (← termIndex e)

private def hintWord : ReducibilityHints → String
  | .opaque => "o"
  | .abbrev => "a"
  | .regular height => toString height

private def constantsOf (terms : List Expr) : List Name :=
  terms.flatMap fun e => e.getUsedConstants.toList ++ projected e
where
  /-- `getUsedConstants` passes over the structure of a projection. -/
  projected (root : Expr) : List Name := Id.run do
    let mut stack := [root]
    let mut seen : Std.HashSet Expr := {}
    let mut found := []
    repeat
      match stack with
      | [] => break
      | e :: rest =>
        stack := rest
        if seen.contains e then continue
        seen := seen.insert e
        if let .proj structName _ _ := e then found := structName :: found
        stack := (match e with | .mdata _ inner => [inner] | _ => children e) ++ stack
    return found

mutual

/-- Prints a declaration of the text's own, behind those that it needs; imported ones are only named. -/
partial def printConstant (name : Name) : PrintM Unit := do
  let (own, part, holes, _) ← read
  if (← get).declared.contains name then return
  let some info := own.find? name | return
  match info with
  | .ctorInfo { induct, .. } => printConstant induct
  | .recInfo { all, .. } => all.forM printConstant
  | .inductInfo type => printInductive own.env type
  | .quotInfo _ => return
  | _ =>
    modify fun printed => { printed with declared := printed.declared.insert name }
    let typeOnly := part == .statement && (info matches .thmInfo _ || holes.contains name)
    let value? := if typeOnly then none else info.value? (allowOpaque := true)
    (constantsOf (info.type :: value?.toList)).forM printConstant
    let name ← nameWord name
    let type ← termWord info.type
    let value ← match value? with
      | some value => pure [← termWord value]
      | none => pure []
    let levels ← info.levelParams.mapM nameWord
    if info.isUnsafe || info.isPartial then line ["no", name]
    else match info with
      | .thmInfo _ => line ((if typeOnly then "cl" else "th") :: name :: type :: value ++ levels)
      | .axiomInfo _ => line ("ax" :: name :: type :: levels)
      | .opaqueInfo _ => line ("op" :: name :: type :: value ++ levels)
      | .defnInfo { hints, .. } =>
        if typeOnly then line ("ho" :: name :: type :: levels)
        else line ("df" :: name :: type :: value ++ hintWord hints :: levels)
      | _ => return

/-- A block of inductive types in one line. Recursors are not printed: the kernel makes them. -/
partial def printInductive (env : Kernel.Environment) (first : InductiveVal) : PrintM Unit := do
  let types := first.all.filterMap fun name => match env.find? name with
    | some (.inductInfo type) => some type
    | _ => none
  let constructorsOf (type : InductiveVal) : List ConstantInfo := type.ctors.filterMap env.find?
  modify fun printed => { printed with
    declared := (types.flatMap fun type => type.name :: type.ctors).foldl NameSet.insert printed.declared }
  (constantsOf (types.flatMap fun type => type.type :: (constructorsOf type).map (·.type))).forM printConstant
  if first.isUnsafe then line ["no", ← nameWord first.name]
  else
    let mut words := []
    for type in types do
      let constructors ← (constructorsOf type).mapM fun info => return [← nameWord info.name, ← termWord info.type]
      words := words ++ [← nameWord type.name, ← termWord type.type, toString constructors.length] ++ constructors.flatten
    let levels ← first.levelParams.mapM nameWord
    line (["in", toString first.numParams, toString levels.length] ++ levels ++ words)

end

/--
Prints what the targets need. Of a statement, also all axioms that it declares itself: they are those that a submission may be
allowed to use.
-/
def printExport (own : Own) (part : Part) (targets holes : Array Name) (out : IO.FS.Stream) : IO Unit := do
  let print : PrintM Unit := do
    line [exportHeader]
    for module in own.imports do
      line ["im", ← nameWord module]
    (targets ++ holes).forM printConstant
    if part == .statement then
      for (name, info) in own.all do
        if info matches .axiomInfo _ then printConstant name
      for target in targets do
        line ["tg", ← nameWord target]
    line ["end"]
  (print.run (own, part, holes, out)).run' {}
  out.flush

end Verifier
