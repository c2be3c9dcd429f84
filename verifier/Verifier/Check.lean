import Lean.Data.Json
import Verifier.Compat
import Verifier.Judge
import Verifier.OtherKernels

/-!
The judge as a program: reads a request, a statement and a submission from its input, and prints one line, and another when it
is to ask another kernel as well. docs/verify.md says what is in them.
-/

namespace Verifier

open Lean

/-- So much of each text is shown. -/
private def mostCharacters : Nat := 10000

private def shown (text : String) : Json :=
  if text.length ≤ mostCharacters then text else (text.take mostCharacters).toString ++ "…"

/-- What a judge has imported before it was asked. -/
structure Prepared where
  modules : Array Name
  env : Kernel.Environment

/-- Imports modules, besides `Init`, without which there is no logic. -/
def prepare (modules : Array Name) : IO Prepared := do
  let modules := modules.foldl (fun all name => if all.contains name then all else all.push name) #[`Init]
  return { modules, env := ← Compat.importConstants modules }

/-- Letters, digits and what else stands in the names of files that are modules; nothing that leads to another folder. -/
private def isPlainModule : Name → Bool
  | .anonymous => true
  | .str parent component =>
    isPlainModule parent && !component.isEmpty && component.all fun c => c.val > 0x20 && !"/\\.:".any (· == c)
  | .num .. => false

private def importAll (prepared : Prepared) (statement submission : Export) : IO (Except Refusal Prepared) := do
  let modules := statement.imports ++ submission.imports
  if let some name := modules.find? (!isPlainModule ·) then
    return .error { reason := .importNotAvailable, declaration := name, message := s!"{name} is no module of a library" }
  let wanted := modules.foldl (fun all name => if all.contains name then all else all.push name) #[`Init]
  if wanted.all prepared.modules.contains && prepared.modules.all wanted.contains then return .ok prepared
  try return .ok (← prepare wanted)
  catch error => return .error { reason := .importNotAvailable, message := toString error }

/-- Judges two exports as they were read. The environment that it returns is the one that terms of the result mean something in. -/
def decideOn (prepared : Prepared) (policy : Policy) (statement submission : ReadM Export) :
    IO (Kernel.Environment × Except Refusal Finding) := do
  match statement, submission with
  | .error refusal, _ => return (prepared.env, .error { refusal with reason := .statementUnusable })
  | _, .error refusal => return (prepared.env, .error refusal)
  | .ok statement, .ok submission => match ← importAll prepared statement submission with
    | .error refusal => return (prepared.env, .error { refusal with step := .imports })
    | .ok { env, .. } => return (env, ← judge env policy statement submission Compat.printException)

/-- Has another kernel look at what this one has accepted. -/
private def askOther (name : String) (kernel : OtherKernel) (finding : Finding) : IO Json := do
  let startedAt ← IO.monoMsNow
  let { exitCode, readAll } ← kernel.ask finding.axioms (KernelExport.write finding.env finding.roots)
  return Json.mkObj [
    ("kernel", name), ("exitCode", toJson exitCode.toNat), ("readAll", readAll),
    ("milliseconds", toJson ((← IO.monoMsNow) - startedAt))
  ]

private structure Request where
  nonce : String
  policy : Policy
  statementBytes : Nat
  submissionBytes : Nat
  /-- Who else is asked, and what it is called. -/
  kernel? : Option (String × OtherKernel)

/-- `judge NONCE KERNEL STATEMENT-BYTES SUBMISSION-BYTES AXIOM…`, with `lean` for no other kernel. -/
private def readRequest (line : String) : IO Request := do
  let words := (line.dropEnd 1).toString.splitOn " "
  let "judge" :: nonce :: kernel :: statementBytes :: submissionBytes :: axioms := words | throw (IO.userError "no request")
  let kernel? := (otherKernel? kernel).map (kernel, ·)
  if kernel?.isNone && kernel != "lean" then throw (IO.userError "no kernel")
  let some statementBytes := decimal? statementBytes 12 | throw (IO.userError "no size")
  let some submissionBytes := decimal? submissionBytes 12 | throw (IO.userError "no size")
  let some axioms := axioms.mapM nameOfWord? | throw (IO.userError "no name")
  return { nonce, kernel?, statementBytes, submissionBytes, policy := { axioms := axioms.foldl NameSet.insert {} } }

private def names (names : Array Name) : Json := .arr (names.map fun name => shown name.toString)

private def refusalFields (env : Kernel.Environment) (refusal : Refusal) : IO (List (String × Json)) := do
  let term (name : String) : Option Expr → IO (List (String × Json))
    | none => return []
    | some e => do
      let opts : Options := {}
      let text ← try Compat.printTerm env (opts.insert `pp.all (.ofBool true)) e catch _ => pure (toString e)
      return [(name, shown text)]
  let named := if refusal.declaration.isAnonymous then [] else [("declaration", shown refusal.declaration.toString)]
  return [("reason", Json.str refusal.reason.word), ("step", Json.str refusal.step.word), ("message", shown refusal.message)] ++ named
    ++ (← term "expected" refusal.expected?) ++ (← term "found" refusal.found?)

private def findingFields (env : Kernel.Environment) (finding : Finding) : IO (List (String × Json)) := do
  let hole (info : DefinitionVal) : IO Json := do
    let text ← try Compat.printTerm env {} info.value catch _ => pure (toString info.value)
    return Json.mkObj [("name", shown info.name.toString), ("value", shown text)]
  return [
    ("axioms", names finding.axioms),
    ("holes", .arr (← finding.holes.mapM hole)),
    ("declarations", toJson finding.declarations)
  ]

/-- Answers one request; 0 for verified, 1 for not verified, 3 when the kernel gave up. -/
def check (modules : List String) : IO UInt32 := do
  let (input, output) := (← IO.getStdin, ← IO.getStdout)
  let some modules := modules.mapM nameOfWord? | throw (IO.userError "no name of a module")
  let prepared ← prepare modules.toArray
  output.putStrLn s!"ready {checkerVersion}"
  output.flush
  let request ← readRequest (← input.getLine)
  let statement ← readExport input {} exportHeader request.statementBytes
  let submission ← readExport input {} exportHeader request.submissionBytes
  let (env, result) ← decideOn prepared request.policy statement submission
  let (code, verdict, fields) ← match result with
    | .error refusal =>
      let (code, verdict) := if refusal.reason.isVerdict then ((1 : UInt32), "not-verified") else (3, "undecided")
      pure (code, verdict, ← refusalFields env refusal)
    | .ok finding =>
      pure (0, if finding.holes.isEmpty then "verified" else "verified-with-holes", ← findingFields env finding)
  output.putStrLn (Json.mkObj ([("nonce", Json.str request.nonce), ("verdict", Json.str verdict)] ++ fields
    ++ [("checker", Json.str checkerVersion), ("lean", Json.str versionString), ("githash", Json.str githash)])).compress
  output.flush
  if let (.ok finding, some (name, kernel)) := (result, request.kernel?) then
    output.putStrLn (← askOther name kernel finding).compress
    output.flush
  return code

end Verifier
