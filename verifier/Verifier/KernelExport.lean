import Lean.AddDecl
import Lean.Data.Json
import Std.Data.HashMap

/-!
Writes constants, with all that they rest on, for kernels that are not Lean's: in the format that `lean4export` has made
common, version 3.1. What is written comes from the kernel's environment. Nothing here decides anything: a kernel that is
given something else than what was judged can only refuse it, or accept what Lean's kernel has accepted already.
-/

namespace Verifier.KernelExport

open Lean

/-! ## What rests on what -/

/-- Constants that have no meaning without each other, and are written together. -/
private structure Group where
  constants : Array ConstantInfo

/-- What literals of strings stand for. -/
private def stringConstants : Array Name := #[`String, `Char.ofNat, `String.ofList]

/-- All constants that terms name, structures that they project from and what their literals stand for. -/
private partial def namedBy (terms : Array Expr) : NameHashSet := (terms.forM visit |>.run ({}, {})).2.2
where visit (e : Expr) : StateM (Std.HashMap Expr Unit × NameHashSet) Unit := do
  let note (name : Name) : StateM (Std.HashMap Expr Unit × NameHashSet) Unit := modify fun (seen, found) => (seen, found.insert name)
  match e with
  | .const name _ => note name
  | .lit (.natVal _) => note `Nat
  | .lit (.strVal _) => stringConstants.forM note
  | .bvar _ | .sort _ | .fvar _ | .mvar _ => return
  | .app .. | .lam .. | .forallE .. | .letE .. | .proj .. | .mdata .. =>
    if (← get).1.contains e then return
    modify fun (seen, found) => (seen.insert e (), found)
    match e with
    | .app f a => visit f; visit a
    | .lam _ t b _ | .forallE _ t b _ => visit t; visit b
    | .letE _ t v b _ => visit t; visit v; visit b
    | .proj structName _ e => note structName; visit e
    | .mdata _ e => visit e
    | _ => return

private def termsOf (info : ConstantInfo) : Array Expr :=
  match info with
  | .recInfo { rules, .. } => #[info.type] ++ (rules.map RecursorRule.rhs).toArray
  | _ => #[info.type] ++ (info.value? (allowOpaque := true)).toArray

private def find (env : Kernel.Environment) (name : Name) : Except String ConstantInfo :=
  match env.find? name with
  | some info => .ok info
  | none => .error s!"there is no {name}"

private def recursors (type : InductiveVal) : List Name :=
  let first := type.all.headD type.name
  type.all.map (Name.str · "rec") ++ (List.range type.numNested).map fun i => .str first s!"rec_{i + 1}"

private partial def groupOf (env : Kernel.Environment) (name : Name) : Except String Group := do
  match ← find env name with
  | .ctorInfo { induct, .. } => groupOf env induct
  | .recInfo { all, .. } => groupOf env (all.headD .anonymous)
  | .quotInfo _ => return { constants := ← #[`Quot, `Quot.mk, `Quot.lift, `Quot.ind].mapM (find env) }
  | .inductInfo type =>
    let types ← type.all.mapM (find env)
    let constructors := types.flatMap fun | .inductInfo { ctors, .. } => ctors | _ => []
    return { constants := (types ++ (← constructors.mapM (find env)) ++ (← (recursors type).mapM (find env))).toArray }
  | info => return { constants := #[info] }

private inductive Visit where
  | enter (name : Name)
  | leave (group : Group)

/-- All that constants rest on, each after what it rests on itself. -/
private def ordered (env : Kernel.Environment) (roots : List Name) : Except String (Array Group) := do
  let mut pending := roots.map Visit.enter
  let mut seen : NameHashSet := {}
  let mut found := #[]
  repeat
    match pending with
    | [] => break
    | .leave group :: rest =>
      found := found.push group
      pending := rest
    | .enter name :: rest =>
      pending := rest
      unless seen.contains name do
        let group ← groupOf env name
        seen := group.constants.foldl (fun seen info => seen.insert info.name) seen
        let used := namedBy (group.constants.flatMap termsOf)
        -- The rule of quotients speaks of equality, which their types do not all name.
        let used := if group.constants.any (· matches .quotInfo _) then used.insert `Eq else used
        pending := used.fold (fun pending name => if seen.contains name then pending else .enter name :: pending)
          (.leave group :: rest)
  return found

/-! ## Lines -/

private structure Writing where
  output : IO.FS.Stream
  pending : String := ""
  names : Std.HashMap Name Nat := ({} : Std.HashMap Name Nat).insert .anonymous 0
  levels : Std.HashMap Level Nat := ({} : Std.HashMap Level Nat).insert .zero 0
  terms : Std.HashMap Expr Nat := {}
  /-- Terms by how they are written: metadata is not, and those that differ in nothing else are one. -/
  written : Std.HashMap String Nat := {}

private abbrev WriteM := StateT Writing IO

private def chunkBytes : Nat := 65536

private def flush : WriteM Unit := do
  let { output, pending, .. } ← get
  output.putStr pending
  output.flush
  modify ({ · with pending := "" })

private def line (text : String) : WriteM Unit := do
  modify fun writing => { writing with pending := (writing.pending ++ text).push '\n' }
  if (← get).pending.utf8ByteSize ≥ chunkBytes then flush

private def quoted (text : String) : String := (Json.str text).compress

private def list (numbers : List Nat) : String := s!"[{",".intercalate (numbers.map toString)}]"

private partial def nameIndex (name : Name) : WriteM Nat := do
  if let some index := (← get).names[name]? then return index
  let text ← match name with
    | .anonymous => return 0
    | .str parent component => pure s!"\"str\":\{\"pre\":{← nameIndex parent},\"str\":{quoted component}}"
    | .num parent component => pure s!"\"num\":\{\"pre\":{← nameIndex parent},\"i\":{component}}"
  let index := (← get).names.size
  line s!"\{{text},\"in\":{index}}"
  modify fun writing => { writing with names := writing.names.insert name index }
  return index

private partial def levelIndex (level : Level) : WriteM Nat := do
  if let some index := (← get).levels[level]? then return index
  let text ← match level with
    | .zero => return 0
    | .mvar _ => throw (IO.userError "a universe level is not known")
    | .succ inner => pure s!"\"succ\":{← levelIndex inner}"
    | .max a b => pure s!"\"max\":{list [← levelIndex a, ← levelIndex b]}"
    | .imax a b => pure s!"\"imax\":{list [← levelIndex a, ← levelIndex b]}"
    | .param name => pure s!"\"param\":{← nameIndex name}"
  let index := (← get).levels.size
  line s!"\{{text},\"il\":{index}}"
  modify fun writing => { writing with levels := writing.levels.insert level index }
  return index

private def binderInfo : BinderInfo → String
  | .default => "default"
  | .implicit => "implicit"
  | .strictImplicit => "strictImplicit"
  | .instImplicit => "instImplicit"

private partial def termIndex (e : Expr) : WriteM Nat := do
  if let some index := (← get).terms[e]? then return index
  let binder (kind : String) (name : Name) (type body : Expr) (info : BinderInfo) : WriteM String := do
    return s!"\"{kind}\":\{\"name\":{← nameIndex name},\"type\":{← termIndex type},\"body\":{← termIndex body},\"binderInfo\":\"{binderInfo info}\"}"
  let text ← match e with
    | .mdata _ inner =>
      let index ← termIndex inner
      modify fun writing => { writing with terms := writing.terms.insert e index }
      return index
    | .fvar _ | .mvar _ => throw (IO.userError "a term is not closed")
    | .bvar index => pure s!"\"bvar\":{index}"
    | .sort level => pure s!"\"sort\":{← levelIndex level}"
    | .const name levels => pure s!"\"const\":\{\"name\":{← nameIndex name},\"us\":{list (← levels.mapM levelIndex)}}"
    | .app f a => pure s!"\"app\":\{\"fn\":{← termIndex f},\"arg\":{← termIndex a}}"
    | .lam name type body info => binder "lam" name type body info
    | .forallE name type body info => binder "forallE" name type body info
    | .letE name type value body _ =>
      let parts := s!"\"type\":{← termIndex type},\"value\":{← termIndex value},\"body\":{← termIndex body}"
      pure s!"\"letE\":\{\"name\":{← nameIndex name},{parts},\"nondep\":false}"
    | .proj structName index inner =>
      pure s!"\"proj\":\{\"typeName\":{← nameIndex structName},\"idx\":{index},\"struct\":{← termIndex inner}}"
    | .lit (.natVal value) => pure s!"\"natVal\":\"{value}\""
    | .lit (.strVal value) => pure s!"\"strVal\":{quoted value}"
  let index := (← get).written[text]?.getD (← get).written.size
  unless (← get).written.contains text do
    line s!"\{{text},\"ie\":{index}}"
    modify fun writing => { writing with written := writing.written.insert text index }
  modify fun writing => { writing with terms := writing.terms.insert e index }
  return index

/-! ## Declarations -/

private def names (names : List Name) : WriteM String := return list (← names.mapM nameIndex)

private def constantFields (info : ConstantVal) : WriteM String := do
  let parameters ← names info.levelParams
  for name in info.levelParams do discard <| levelIndex (.param name)
  return s!"\"name\":{← nameIndex info.name},\"levelParams\":{parameters},\"type\":{← termIndex info.type}"

private def hints : ReducibilityHints → String
  | .opaque => "\"opaque\""
  | .abbrev => "\"abbrev\""
  | .regular height => s!"\{\"regular\":{height}}"

private def quotKind : QuotKind → String
  | .type => "type"
  | .ctor => "ctor"
  | .lift => "lift"
  | .ind => "ind"

private def ruleFields (rule : RecursorRule) : WriteM String := do
  return s!"\{\"ctor\":{← nameIndex rule.ctor},\"nfields\":{rule.nfields},\"rhs\":{← termIndex rule.rhs}}"

private def constant (info : ConstantInfo) : WriteM (String × String) := do
  let common ← constantFields info.toConstantVal
  match info with
  | .axiomInfo { isUnsafe, .. } => return ("axiom", s!"{common},\"isUnsafe\":{isUnsafe}")
  | .thmInfo { value, all, .. } => return ("thm", s!"{common},\"value\":{← termIndex value},\"all\":{← names all}")
  | .defnInfo { value, hints := height, safety, all, .. } =>
    unless safety == .safe do throw (IO.userError s!"{info.name} is `unsafe` or `partial`")
    return ("def", s!"{common},\"value\":{← termIndex value},\"hints\":{hints height},\"safety\":\"safe\",\"all\":{← names all}")
  | .opaqueInfo { value, isUnsafe, all, .. } =>
    return ("opaque", s!"{common},\"value\":{← termIndex value},\"isUnsafe\":{isUnsafe},\"all\":{← names all}")
  | .quotInfo { kind, .. } => return ("quot", s!"{common},\"kind\":\"{quotKind kind}\"")
  | .inductInfo { numParams, numIndices, all, ctors, numNested, isRec, isUnsafe, isReflexive, .. } =>
    let numbers := s!"\"numParams\":{numParams},\"numIndices\":{numIndices},\"numNested\":{numNested}"
    let lists := s!"\"all\":{← names all},\"ctors\":{← names ctors}"
    return ("types", s!"{common},{numbers},{lists},\"isRec\":{isRec},\"isUnsafe\":{isUnsafe},\"isReflexive\":{isReflexive}")
  | .ctorInfo { induct, cidx, numParams, numFields, isUnsafe, .. } =>
    let numbers := s!"\"cidx\":{cidx},\"numParams\":{numParams},\"numFields\":{numFields}"
    return ("ctors", s!"{common},\"induct\":{← nameIndex induct},{numbers},\"isUnsafe\":{isUnsafe}")
  | .recInfo { all, numParams, numIndices, numMotives, numMinors, rules, k, isUnsafe, .. } =>
    let numbers := s!"\"numParams\":{numParams},\"numIndices\":{numIndices},\"numMotives\":{numMotives},\"numMinors\":{numMinors}"
    let rules := ",".intercalate (← rules.mapM ruleFields)
    return ("recs", s!"{common},\"all\":{← names all},{numbers},\"rules\":[{rules}],\"k\":{k},\"isUnsafe\":{isUnsafe}")

private def block (constants : Array ConstantInfo) : WriteM Unit := do
  let written ← constants.mapM constant
  if constants.any (· matches .inductInfo _) then
    let part (kind : String) : String :=
      s!"\"{kind}\":[{",".intercalate ((written.filter (·.1 == kind)).map fun (_, fields) => s!"\{{fields}}").toList}]"
    line s!"\{\"inductive\":\{{part "types"},{part "ctors"},{part "recs"}}}"
  else
    for (kind, fields) in written do line s!"\{\"{kind}\":\{{fields}}}"

private def head : String :=
  let exporter := "\"exporter\":{\"name\":\"lean-docker-mcp\",\"version\":\"3.1.0\"}"
  let lean := s!"\"lean\":\{\"githash\":{quoted githash},\"version\":{quoted versionString}}"
  s!"\{\"meta\":\{{exporter},{lean},\"format\":\{\"version\":\"3.1.0\"}}}"

/-- Writes constants and all that they rest on, and others behind them as they are. Throws when one of them is missing. -/
def write (env : Kernel.Environment) (roots : List Name) (output : IO.FS.Stream) (others : Array ConstantInfo := #[]) :
    IO Unit := do
  let groups ← IO.ofExcept (ordered env roots)
  let write : WriteM Unit := do
    line head
    groups.forM (block ·.constants)
    block others
    flush
  discard <| write.run { output }

end Verifier.KernelExport
