import Verifier.Compat
import Verifier.Export

/-!
Elaborates a text, as `lean Main.lean` does, and prints what its theorems need. The same program serves the statement and, in
another sandbox, the submission. docs/verify.md describes its input and output.
-/

namespace Verifier

open Lean

/-- A header that has been imported before anybody asked. -/
structure Ready where
  imports : Array Import
  isModule : Bool
  env : Environment
  messages : MessageLog

private def inputOf (text : String) : Parser.InputContext := Parser.mkInputContext text "Main.lean"

private def describe (imports : Array Import) : List String := imports.toList.map fun item => reprStr item.module ++ toString item

/-- Imports the header of a text. -/
def getReady (text : String) : IO Ready := do
  let header ← Compat.parseHeader (inputOf text)
  let (env, messages) ← Compat.importHeader header (inputOf text)
  return { imports := header.imports, isModule := header.isModule, env, messages }

/-- Elaborates a text, behind a header that is ready when it is the text's. -/
private def elaborateText (ready : Ready) (text : String) : IO (Environment × MessageLog) := do
  let input := inputOf text
  let header ← Compat.parseHeader input
  if header.messages.hasErrors then return (ready.env, header.messages)
  let isReady := !ready.messages.hasErrors && header.isModule == ready.isModule && describe header.imports == describe ready.imports
  let (env, messages) ← if isReady then pure (ready.env, header.messages) else Compat.importHeader header input
  if messages.hasErrors then return (env, messages)
  Compat.elaborate header input env messages

private structure Request where
  nonce : String
  part : Part
  bytes : Nat
  /-- Theorems to print: names of a statement as a person writes them, and words for names in a submission. -/
  targets : List String
  holes : List String

/-- `elaborate NONCE statement|submission BYTES TARGETS HOLES NAME…`, names in hexadecimal digits -/
private def readRequest (line : String) : IO Request := do
  match (line.dropEnd 1).toString.splitOn " " with
  | "elaborate" :: nonce :: part :: bytes :: targets :: rest =>
    let some names := rest.mapM ofHex? | throw (IO.userError "no text")
    let (some bytes, some targets) := (decimal? bytes 12, decimal? targets 6) | throw (IO.userError "no number")
    let part := if part == "statement" then Part.statement else .submission
    return { nonce, part, bytes, targets := names.take targets, holes := names.drop targets }
  | _ => throw (IO.userError "no request")

private partial def readText (input : IO.FS.Stream) (bytes : Nat) : IO String := do
  let mut all := ByteArray.empty
  while all.size < bytes do
    let more ← input.read (bytes - all.size).toUSize
    if more.isEmpty then throw (IO.userError "the text ends too early")
    all := all ++ more
  match String.fromUTF8? all with
  | some text => return text
  | none => throw (IO.userError "the text is not UTF-8")

/-- At most so many messages, and so many bytes of each. -/
private def mostMessages : Nat := 100
private def mostMessageCharacters : Nat := 4000

private def printMessages (log : MessageLog) (out : IO.FS.Stream) : IO Unit := do
  let mut printed := 0
  -- Errors are what matters when there is too much.
  let messages := log.toList.filter (!·.isSilent)
  for message in messages.filter (·.severity matches .error) ++ messages.filter (!·.severity matches .error) do
    if printed ≥ mostMessages then break
    printed := printed + 1
    let severity := match message.severity with
      | .error => "error"
      | .warning => "warning"
      | .information => "information"
    let stop := message.endPos.getD message.pos
    let text ← message.data.toString
    out.putStrLn (" ".intercalate (["message", severity] ++ [message.pos.line, message.pos.column, stop.line, stop.column].map toString
      ++ [toHex (text.take mostMessageCharacters).toString]))

private def inOrder (constants : List (Name × ConstantInfo)) : List (Name × ConstantInfo) :=
  constants.mergeSort fun a b => !Name.lt b.1 a.1

private def writtenName (name : Name) : Name := (privateToUserName? name).getD name

private def written (name : Name) : String := (writtenName name).toString

/-- Whether a constant rests on `sorry`, through what is the text's own. -/
private def restsOnSorry (own : Own) (name : Name) : Bool := Id.run do
  let mut pending := [name]
  let mut seen : NameHashSet := {}
  repeat
    match pending with
    | [] => break
    | name :: rest =>
      pending := rest
      if name == ``sorryAx then return true
      unless seen.contains name do
        seen := seen.insert name
        if let some info := own.find? name then
          let terms := info.type :: (info.value? (allowOpaque := true)).toList
          pending := terms.flatMap (·.getUsedConstants.toList) ++ pending
  return false

/-- The theorems of a statement that are to be proved: those named, else those that the text leaves open, else all of the text. -/
private def targetsOf (own : Own) (names : List String) : Except String (List Name) := do
  let theoremsOf (constants : List (Name × ConstantInfo)) : List Name := (inOrder constants).filterMap fun (name, info) =>
    if info matches .thmInfo _ then some name else none
  if names.isEmpty then
    let theorems := (theoremsOf own.ofText).filter fun name => !(writtenName name).isInternalDetail
    let opened := theorems.filter (restsOnSorry own ·)
    return if opened.isEmpty then theorems else opened
  let theorems := theoremsOf own.all
  names.mapM fun wanted => match theorems.find? (written · == wanted) with
    | some name => .ok name
    | none => .error wanted

private def holesOf (own : Own) (names : List String) : Except String (List Name) :=
  names.mapM fun wanted => match (inOrder own.all).find? fun (name, info) => written name == wanted && info matches .defnInfo _ with
    | some (name, _) => .ok name
    | none => .error wanted

private def printStatement (env : Environment) (own : Own) (targets holes : List Name) (out : IO.FS.Stream) : IO Unit := do
  let named (word : String) (name : Name) : IO Unit := do
    let text ← try Compat.printSignature env name catch error => pure (toString error)
    out.putStrLn (" ".intercalate [word, toHex (nameToWord name), toHex (written name), toHex text])
  targets.forM (named "target")
  holes.forM (named "hole")
  for (name, info) in inOrder own.all do
    if info matches .axiomInfo _ then named "axiom" name
    else if info matches .defnInfo _ && !(writtenName name).isInternalDetail then
      unless holes.contains name do
        named (if restsOnSorry own name then "open" else "definition") name

/-- Answers one request. @param modules words for the names of those that came with the text -/
def elaborateRequest (header : String) (modules : List String) : IO UInt32 := do
  let (input, output) := (← IO.getStdin, ← IO.getStdout)
  let ready ← getReady header
  output.putStrLn s!"ready {checkerVersion}"
  output.flush
  let request ← readRequest (← input.getLine)
  let text ← readText input request.bytes
  let (env, messages) ← elaborateText ready text
  output.putStrLn s!"\nanswer {request.nonce}"
  printMessages messages output
  if messages.hasErrors then
    output.putStrLn "rejected"
    output.flush
    return 1
  let own := Own.of (Compat.kernelEnvironment env) (modules.filterMap nameOfWord?)
  let found : Except String (List Name × List Name) := match request.part with
    | .statement => return (← targetsOf own request.targets, ← holesOf own request.holes)
    | .submission => do
      let names (words : List String) : List Name := words.filterMap nameOfWord?
      return (names request.targets, names request.holes)
  match found with
  | .error name =>
    output.putStrLn s!"missing {toHex name}"
    output.flush
    return 1
  | .ok (targets, holes) =>
    if request.part == .statement then printStatement env own targets holes output
    output.putStrLn "export"
    printExport own request.part targets.toArray holes.toArray output
    return 0

end Verifier
