import Lean.AddDecl
import Lean.Util.FoldConsts
import Verifier.Read

/-!
The judge. It sends every declaration of the submission to the kernel, on top of imported modules of the image, and only then
looks for the statement's theorems and definitions, and for axioms: always in the kernel's environment, never in the export.
-/

namespace Verifier

open Lean

/-- What a caller allows. -/
structure Policy where
  axioms : NameSet

/-- What has been found out about a submission that is not refused. -/
structure Finding where
  axioms : Array Name
  /-- The definitions that the submission filled in. -/
  holes : Array DefinitionVal
  /-- Declarations that the kernel has checked. -/
  declarations : Nat
  /-- What it has them in, and where looking for all that was verified begins. -/
  env : Kernel.Environment
  roots : List Name

/-- Without limits of Lean's own: the sandbox has limits. -/
private def kernelOptions : Options :=
  let opts : Options := {}
  (opts.insert `maxHeartbeats (.ofNat 0)).insert `maxRecDepth (.ofNat 1000000000)

private def refuse {α : Type} (reason : Reason) (declaration : Name) (message : String) : Except Refusal α :=
  .error { reason, declaration, message }

/-- The same constant, its universe parameters called as in another. -/
private def renamed (info : ConstantVal) (names : List Name) (e : Expr) : Expr :=
  e.instantiateLevelParams info.levelParams (names.map Level.param)

private def requireSame (reason : Reason) (wanted : ConstantVal) (found : ConstantVal) (what : String)
    (wantedTerm foundTerm : Expr) : Except Refusal Unit := do
  let wantedTerm := renamed wanted found.levelParams wantedTerm
  unless wanted.levelParams.length == found.levelParams.length do
    refuse reason wanted.name s!"{wanted.name} has other universe parameters than in the statement"
  unless wantedTerm == foundTerm do
    .error {
      reason, declaration := wanted.name, message := s!"{wanted.name} has another {what} than in the statement"
      expected? := some wantedTerm, found? := some foundTerm
    }

/-! ## Replay -/

private def gaveUp : Kernel.Exception → Bool
  | .deterministicTimeout | .excessiveMemory | .deepRecursion | .interrupted => true
  | _ => false

private def nameOf (declaration : Declaration) : Name := declaration.getNames.headD .anonymous

/-- An axiom counts only when the call allows its name and the statement declares it itself. -/
private def requireAllowed (policy : Policy) (statement : Export) (declared : AxiomVal) : Except Refusal Unit := do
  let own? := statement.declarations.findSome? fun
    | .axiomDecl known => if known.name == declared.name then some known.toConstantVal else none
    | _ => none
  unless policy.axioms.contains declared.name do
    refuse .axiomNotAllowed declared.name s!"the axiom {declared.name} is not allowed"
  let some known := own? | refuse .axiomNotAllowed declared.name s!"the statement does not declare the axiom {declared.name}"
  requireSame .axiomNotAllowed known declared.toConstantVal "type" known.type declared.type

/-- Sends all declarations to the kernel. What it says no to is told by `describe`. -/
def replay (env : Kernel.Environment) (policy : Policy) (statement submission : Export)
    (describe : Kernel.Exception → IO String) : IO (Except Refusal Kernel.Environment) := do
  let mut env := env
  for declaration in submission.declarations do
    if let .axiomDecl declared := declaration then
      if let .error refusal := requireAllowed policy statement declared then return .error refusal
    match env.addDecl kernelOptions declaration with
    | .ok extended => env := extended
    | .error exception =>
      let reason := if gaveUp exception then .kernelGaveUp else .kernelRejected
      return refuse reason (nameOf declaration) (← describe exception)
  return .ok env

/-! ## Comparison -/

private def kindOf : ConstantInfo → String
  | .thmInfo _ => "theorem"
  | .defnInfo _ => "def"
  | .opaqueInfo _ => "opaque"
  | .axiomInfo _ => "axiom"
  | .inductInfo _ => "inductive"
  | .ctorInfo _ => "constructor"
  | .recInfo _ => "recursor"
  | .quotInfo _ => "quotient"

private def find (env : Kernel.Environment) (name : Name) : Except Refusal ConstantInfo :=
  match env.find? name with
  | some info => .ok info
  | none => refuse .targetMissing name s!"the submission has no {name}"

private def differsInKind {α : Type} (wanted : String) (found : ConstantInfo) : Except Refusal α :=
  refuse .kindDiffers found.name s!"{found.name} is a {kindOf found}, and a {wanted} in the statement"

private def compareInductive (env : Kernel.Environment) (levels : List Name) (parameters : Nat) (names : List Name)
    (type : InductiveType) : Except Refusal Unit := do
  let wanted : ConstantVal := { name := type.name, levelParams := levels, type := type.type }
  let info ← find env type.name
  let .inductInfo found := info | differsInKind "inductive" info
  requireSame .definitionDiffers wanted found.toConstantVal "type" type.type found.type
  unless found.numParams == parameters && found.all == names && found.ctors == type.ctors.map (·.name) && !found.isUnsafe do
    refuse .definitionDiffers type.name s!"{type.name} has other parameters or constructors than in the statement"
  for constructor in type.ctors do
    let info ← find env constructor.name
    let .ctorInfo known := info | differsInKind "constructor" info
    let wanted := { wanted with name := constructor.name, type := constructor.type }
    requireSame .definitionDiffers wanted known.toConstantVal "type" constructor.type known.type

/-- Compares a declaration of the statement with what the kernel knows of that name. -/
private def compareDeclaration (env : Kernel.Environment) : Declaration → Except Refusal Unit
  | .defnDecl wanted => do
    let info ← find env wanted.name
    let .defnInfo found := info | differsInKind "def" info
    unless found.safety == .safe do differsInKind "def" info
    requireSame .definitionDiffers wanted.toConstantVal found.toConstantVal "type" wanted.type found.type
    requireSame .definitionDiffers wanted.toConstantVal found.toConstantVal "value" wanted.value found.value
  | .opaqueDecl wanted => do
    let info ← find env wanted.name
    let .opaqueInfo found := info | differsInKind "opaque" info
    if found.isUnsafe then differsInKind "opaque" info
    requireSame .definitionDiffers wanted.toConstantVal found.toConstantVal "type" wanted.type found.type
    requireSame .definitionDiffers wanted.toConstantVal found.toConstantVal "value" wanted.value found.value
  | .axiomDecl wanted => do
    -- The statement names all its axioms. Which of them it needs shows in what else it says.
    let some info := env.find? wanted.name | return
    let .axiomInfo found := info | differsInKind "axiom" info
    requireSame .definitionDiffers wanted.toConstantVal found.toConstantVal "type" wanted.type found.type
  | .inductDecl levels parameters types _ => types.forM (compareInductive env levels parameters (types.map (·.name)))
  | .thmDecl wanted | .mutualDefnDecl ({ toConstantVal := wanted, .. } :: _) =>
    refuse .statementUnusable wanted.name "a statement has no proofs"
  | .quotDecl | .mutualDefnDecl [] => refuse .statementUnusable .anonymous "a statement has no such declaration"

private def compareClaim (env : Kernel.Environment) (targets : Array Name) (wanted : ConstantVal) : Except Refusal Unit := do
  let info ← find env wanted.name
  let .thmInfo found := info | differsInKind "theorem" info
  let reason := if targets.contains wanted.name then .statementDiffers else .definitionDiffers
  requireSame reason wanted found.toConstantVal "type" wanted.type found.type

private def compareHole (env : Kernel.Environment) (wanted : ConstantVal) : Except Refusal DefinitionVal := do
  let info ← find env wanted.name
  let .defnInfo found := info | differsInKind "def" info
  unless found.safety == .safe do differsInKind "def" info
  requireSame .definitionDiffers wanted found.toConstantVal "type" wanted.type found.type
  return found

/-- The statement must say itself what it is made of: what it names is imported, or one of its own declarations. -/
private def requireClosed (imported env : Kernel.Environment) (statement : Export) : Except Refusal Unit := do
  let own := (statement.claims ++ statement.holes).foldl (fun own info => own.insert info.name) ({} : NameSet)
  let own := statement.declarations.foldl (fun own declaration => declaration.getNames.foldl NameSet.insert own) own
  let isRecursor (name : Name) : Bool := match env.find? name with
    | some (.recInfo { all, .. }) => all.all own.contains
    | _ => false
  for name in statement.constants do
    unless own.contains name || (imported.find? name).isSome || isRecursor name do
      refuse .statementUnusable name s!"the statement does not say what {name} is"
  for target in statement.targets do
    unless statement.claims.any (·.name == target) do
      refuse .statementUnusable target s!"the statement does not say what {target} claims"
  if statement.targets.isEmpty then refuse .statementUnusable .anonymous "the statement has no theorem"

/-- Everything that a statement says of definitions is what the kernel has of them. @returns those that may differ -/
private def compare (env : Kernel.Environment) (statement : Export) : Except Refusal (Array DefinitionVal) := do
  statement.claims.forM (compareClaim env statement.targets)
  -- What uses a made-up name comes before what has it.
  statement.declarations.reverse.forM (compareDeclaration env)
  statement.holes.mapM (compareHole env)

/-! ## Names that Lean makes up

`match_1` and the like are shared by definitions that need the same one, so a lemma before a definition can change which name
its body has. A statement means the same when such a name of its own is another one throughout.
-/

/-- The first two constants that stand at the same place of two terms and are not the same. -/
private def differingConstants? (a b : Expr) : Option (Name × Name) := Id.run do
  let mut pending := [(a, b)]
  repeat
    match pending with
    | [] => break
    | (a, b) :: rest =>
      pending := rest
      if a == b then continue
      match a, b with
      | .const a _, .const b _ => if a != b then return some (a, b)
      | .app f a, .app g b => pending := (f, g) :: (a, b) :: pending
      | .lam _ s a _, .lam _ t b _ | .forallE _ s a _, .forallE _ t b _ => pending := (s, t) :: (a, b) :: pending
      | .letE _ s v a _, .letE _ t w b _ => pending := (s, t) :: (v, w) :: (a, b) :: pending
      | .proj _ _ a, .proj _ _ b => pending := (a, b) :: pending
      | _, _ => continue
  return none

private def renameConstant (a b : Name) (statement : Export) : Export :=
  let name (n : Name) : Name := if n == a then b else n
  let term (e : Expr) : Expr := e.replace fun
    | .const n levels => if n == a then some (.const b levels) else none
    | _ => none
  let constant (info : ConstantVal) : ConstantVal := { info with name := name info.name, type := term info.type }
  { statement with
    claims := statement.claims.map constant
    holes := statement.holes.map constant
    declarations := statement.declarations.map fun
      | .defnDecl info => .defnDecl { info with toConstantVal := constant info.toConstantVal, value := term info.value }
      | .opaqueDecl info => .opaqueDecl { info with toConstantVal := constant info.toConstantVal, value := term info.value }
      | .axiomDecl info => .axiomDecl { info with toConstantVal := constant info.toConstantVal }
      | .inductDecl levels parameters types isUnsafe => .inductDecl levels parameters (isUnsafe := isUnsafe) <| types.map fun type =>
        { type with type := term type.type, ctors := type.ctors.map fun ctor => { ctor with type := term ctor.type } }
      | declaration => declaration }

private def declares (statement : Export) (name : Name) : Bool :=
  statement.claims.any (·.name == name) || statement.holes.any (·.name == name)
    || statement.declarations.any (·.getNames.contains name)

/-- Compares, and calls made-up names as the submission does. Each is given another name once at most. -/
private def compareUpToMadeUpNames (imported env : Kernel.Environment) (statement : Export) :
    Except Refusal (Array DefinitionVal) := do
  let mut statement := statement
  let mut called : NameSet := {}
  repeat
    match compare env statement with
    | .ok holes => return holes
    | .error refusal =>
      let some (a, b) := refusal.expected?.bind fun a => refusal.found?.bind (differingConstants? a) | throw refusal
      unless a.isInternalDetail && b.isInternalDetail && declares statement a && !called.contains a do throw refusal
      if declares statement b || (imported.find? b).isSome then throw refusal
      called := called.insert b
      statement := renameConstant a b statement
  compare env statement

/-! ## Axioms -/

private def usedBy (info : ConstantInfo) : List Name :=
  let terms : List Expr := match info with
    | .recInfo { rules, .. } => info.type :: rules.map RecursorRule.rhs
    | _ => info.type :: (info.value? (allowOpaque := true)).toList
  let named : List Name := match info with
    | .inductInfo { all, ctors, .. } => all ++ ctors
    | .ctorInfo { induct, .. } => [induct]
    | .recInfo { all, rules, .. } => all ++ rules.map RecursorRule.ctor
    | _ => []
  terms.foldl (fun found e => e.getUsedConstants.foldl (fun found name => name :: found) found) named

/-- All axioms that constants rest on, by all that they name. -/
def axiomsOf (env : Kernel.Environment) (roots : List Name) : Except Refusal (Array Name) := do
  let mut pending := roots
  let mut seen : NameHashSet := {}
  let mut axioms := #[]
  repeat
    match pending with
    | [] => break
    | name :: rest =>
      pending := rest
      unless seen.contains name do
        seen := seen.insert name
        let info ← find env name
        if info matches .axiomInfo _ then axioms := axioms.push name
        pending := (usedBy info).foldl (fun pending name => if seen.contains name then pending else name :: pending) pending
  return axioms.qsort Name.lt

/-! ## Verdict -/

/-- Judges a submission. `imported` has the modules of both headers in it, and nothing else. -/
def judge (imported : Kernel.Environment) (policy : Policy) (statement submission : Export)
    (describe : Kernel.Exception → IO String) : IO (Except Refusal Finding) := do
  match Refusal.during .kernel (← replay imported policy statement submission describe) with
  | .error refusal => return .error refusal
  | .ok env => return do
    let holes ← Refusal.during .compare do
      requireClosed imported env statement
      compareUpToMadeUpNames imported env statement
    -- `getUsedConstants` passes over the structures that terms project from.
    let roots := statement.targets.toList ++ (holes.map (·.name)).toList ++ submission.projected.toList
    let axioms ← Refusal.during .axioms do
      let axioms ← axiomsOf env roots
      for name in axioms do
        unless policy.axioms.contains name do
          refuse .axiomNotAllowed name s!"{statement.targets.toList} rests on the axiom {name}"
      return axioms
    return { axioms, holes, declarations := submission.declarations.size, env, roots }

end Verifier
