import Elaborator.Declarations

/-!
What the modules of an image declare, a line each, for the server to search in. See docs/finding.md for the format.

Nothing is elaborated here, and no text of a caller comes in. Types are printed by Lean's own printer, which takes nearly all of
the time, so several threads do that.
-/

namespace Elaborator.Index

open Lean

/-- How many bytes are told of a type, and of the first line of a doc string; how many constants; how long a name may be. -/
private def maxTypeBytes : Nat := 4096
private def maxDocBytes : Nat := 400
private def maxConstants : Nat := 500
private def maxNameBytes : Nat := 1000

/-- A thread takes so many declarations at a time, and so many such pieces may be ahead of the one that is written next. -/
private def pieceSize : Nat := 128
private def maxAhead : Nat := 64

/-- A declaration that people write and look for. -/
private structure Entry where
  info : ConstantInfo
  module : Nat

/-- Whether there is something in the text that would end a field or a line. -/
private def breaksLine (text : String) : Bool := text.any (· < ' ')

/-- The kind in the words of the tool: a projection is a definition, and nothing is known of how the quotient's parts work. -/
private def kindWord (env : Environment) (info : ConstantInfo) : String :=
  match kindOf env info with
  | "projection" => "definition"
  | "quotient" => "opaque"
  | kind => kind

/-- Not what Lean makes for its own use: parts of definitions, recursors, and what is private to a module. -/
private def isWanted (env : Environment) (info : ConstantInfo) : Bool :=
  let name := info.name
  let written := name.toString
  !name.isInternalDetail && !name matches .str _ "congr_simp" && !isPrivateName name && !(info matches .recInfo _) && !isAuxRecursor env name
    && !isNoConfusion env name && !Meta.isMatcherCore env name && !breaksLine written
    && written.utf8ByteSize ≤ maxNameBytes

/-- Everything that the imported modules declare, in the order of import. -/
private def entriesOf (env : Environment) : Array Entry := Id.run do
  let mut entries := #[]
  for data in env.header.moduleData, module in [0:env.header.moduleData.size] do
    for name in data.constNames do
      if let some info := env.find? name then
        -- Several modules may have made the same lemma for themselves; it is of the first of them.
        if env.getModuleIdxFor? name == some module && isWanted env info then entries := entries.push { info, module }
  return entries

/-- On one line: each break, with the blanks behind it, becomes one blank. Nothing else that would end a field stays. -/
private def onOneLine (text : String) : String :=
  if !breaksLine text then text
  else (text.foldl (init := ("", false)) fun (line, isBroken) char =>
    if char < ' ' then (line, true)
    else if !isBroken then (line.push char, false)
    else if char == ' ' then (line, true)
    else ((if line.isEmpty then line else line.push ' ').push char, false)).1

/-- The first line of a doc string that says something. -/
private def firstLine (doc : String) : String :=
  let line := (doc.splitOn "\n").map (fun line => onOneLine ("\n" ++ line))
  truncate ((line.find? (!·.isEmpty)).getD "") maxDocBytes

/-- What stands behind every `∀` and `→` that the term begins with. -/
private partial def conclusionOf (term : Syntax) : Syntax :=
  let isBinder := term.isOfKind ``Parser.Term.arrow || term.isOfKind ``Parser.Term.depArrow
    || (term.getNumArgs > 1 && term[0].getAtomVal == "∀")
  if isBinder then conclusionOf term[term.getNumArgs - 1] else term

/-- The type as Lean prints it where nothing is open, and its conclusion; nothing where Lean cannot print it. -/
private def printType (env : Environment) (type : Expr) : IO (String × String) := do
  let initHeartbeats ← IO.getNumHeartbeats
  let context : Core.Context := {
    fileName := "", fileMap := default, options := Compat.sequentialOptions, initHeartbeats, maxRecDepth := 1000 }
  let print (term : Syntax) : CoreM String := do
    return onOneLine ((← PrettyPrinter.formatTerm term).pretty (width := 1000000))
  let both : MetaM (String × String) := do
    let term ← PrettyPrinter.delab type
    let options ← getOptions
    let term := (sanitizeSyntax term.raw).run' { options }
    let term ← PrettyPrinter.parenthesizeTerm term
    let conclusion := conclusionOf term
    let printed ← print term
    if conclusion == term then return (printed, printed)
    return (printed, ← print conclusion)
  try
    let (result, _, _) ← both.toIO context { env }
    return result
  catch _ => return ("", "")

/-- The line of a declaration. Constants are told by the numbers that they have as declarations. -/
private def lineOf (env : Environment) (numbers : NameMap Nat) (entry : Entry) : IO String := do
  let { info, module } := entry
  let (type, conclusion) ← printType env info.type
  let shown := truncate type maxTypeBytes
  -- Where the conclusion was cut, or is no end of the type, nobody can say how long it is.
  let isKnown := shown.utf8ByteSize == type.utf8ByteSize && type.endsWith conclusion
  let conclusionBytes := if isKnown then conclusion.utf8ByteSize else 0
  let doc := (← findDocString? env info.name).getD ""
  let constants := (info.type.getUsedConstants.filterMap numbers.find?).extract 0 maxConstants
  let fields := [
    "d", kindWord env info, toString module, info.name.toString, " ".intercalate (constants.toList.map toString),
    toString conclusionBytes, shown, firstLine doc ]
  return "\t".intercalate fields ++ "\n"

/-- The lines of one piece. -/
private def linesOf (env : Environment) (numbers : NameMap Nat) (piece : Array Entry) : IO String := do
  let mut lines := ""
  for entry in piece do
    lines := lines ++ (← lineOf env numbers entry)
  return lines

/-- Whether the file is of a program: two of them cannot be imported together. -/
private def isProgram (file : System.FilePath) : IO Bool := do
  let (data, _) ← readModuleData file
  return data.constNames.contains `main

/-- The module, unless it is a program; where there is only a folder of that name, the modules in it. -/
private def modulesOf (root : String) : IO (Array Name) := do
  let folders ← searchPathRef.get
  for folder in folders do
    let file := modToFilePath folder root.toName "olean"
    if ← file.pathExists then return if ← isProgram file then #[] else #[root.toName]
  let mut modules := #[]
  for folder in folders do
    let below := modToFilePath folder root.toName ""
    if ← below.isDir then
      for file in ← below.walkDir do
        if file.extension == some "olean" then
          let parts := (file.withExtension "").components.drop folder.components.length
          modules := modules.push (parts.foldl Name.mkStr .anonymous)
  return modules

/-- Without running the code of the modules, where they can be imported in this way. -/
private def importAll (roots : List String) : IO Environment := do
  let modules := (← roots.mapM modulesOf).foldl (· ++ ·) #[]
  try Compat.importForReading modules
  catch _ =>
    unsafe enableInitializersExecution
    Compat.importForReading modules

/-- Writes the index of these modules and of all that they import. -/
def write (modules : List String) : IO UInt32 := do
  let env ← importAll modules
  let out ← IO.getStdout
  let entries := entriesOf env
  let mut numbers : NameMap Nat := {}
  for entry in entries, number in [0:entries.size] do
    numbers := numbers.insert entry.info.name number
  let moduleLines := env.header.moduleNames.toList.map fun name => s!"m\t{name}\n"
  out.putStr s!"lean-docker-mcp-index 1 {moduleLines.length} {entries.size}\n"
  out.putStr (String.join moduleLines)
  let pieces := (entries.size + pieceSize - 1) / pieceSize
  let start (piece : Nat) : BaseIO (Task (Except IO.Error String)) :=
    IO.asTask (linesOf env numbers (entries.extract (piece * pieceSize) ((piece + 1) * pieceSize)))
  let mut ahead : Std.Queue (Task (Except IO.Error String)) := .empty
  let mut started := 0
  for _ in [0:pieces] do
    while started < pieces && started < maxAhead do
      ahead := ahead.enqueue (← start started)
      started := started + 1
    if let some (task, rest) := ahead.dequeue? then
      out.putStr (← IO.ofExcept task.get)
      ahead := rest
      if started < pieces then
        ahead := ahead.enqueue (← start started)
        started := started + 1
  out.putStr "end\n"
  out.flush
  return 0

end Elaborator.Index
