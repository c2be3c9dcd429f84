import Lean.Elab.Frontend
import Lean.Widget.InteractiveGoal
import Lean.Compiler.IR.CompilerM
import Elaborator.Alternatives

/-!
Everything of Lean's own that is not the same from 4.9 to the newest, behind names that are. Each `choose` begins with the
newest way.
-/

namespace Elaborator.Compat

open Lean Elab

/-- The trust level of the command line: one more than Lean needs to add declarations unchecked. -/
def trustLevel : UInt32 := 1025

/-- The options that `lean FILE` starts with. A version that has no such option ignores it. -/
def commandLineOptions : Options :=
  let opts : Options := {}
  (opts.insert `internal.cmdlineSnapshots (.ofBool true)).insert `Elab.async (.ofBool true)

/-- The same without tasks: for what we elaborate ourselves, and use at once. -/
def sequentialOptions : Options :=
  let opts : Options := {}
  opts.insert `Elab.async (.ofBool false)

/-! ## Headers -/

choose
  /-- What a header imports. -/
  def headerImports (header : Syntax) : Array Import := HeaderSyntax.imports ⟨header⟩

  /-- Whether the header makes the file a module. -/
  def headerIsModule (header : Syntax) : Bool := HeaderSyntax.isModule ⟨header⟩

  /-- Imports what the header says, as `lean FILE` does; what went wrong is in the log. -/
  def importHeader (header : Syntax) (input : Parser.InputContext) (mainModule : Name) :
      IO (Environment × MessageLog) :=
    processHeader ⟨header⟩ commandLineOptions {} input trustLevel (leakEnv := true) (mainModule := mainModule)
otherwise
  def headerImports (header : Syntax) : Array Import := HeaderSyntax.imports ⟨header⟩
  def headerIsModule (header : Syntax) : Bool := HeaderSyntax.isModule ⟨header⟩
  def importHeader (header : Syntax) (input : Parser.InputContext) (mainModule : Name) :
      IO (Environment × MessageLog) := do
    let (env, log) ← processHeader ⟨header⟩ commandLineOptions {} input trustLevel (leakEnv := true)
    return (env.setMainModule mainModule, log)
otherwise
  def headerImports (header : Syntax) : Array Import := headerToImports ⟨header⟩
  def headerIsModule (_header : Syntax) : Bool := false
  def importHeader (header : Syntax) (input : Parser.InputContext) (mainModule : Name) :
      IO (Environment × MessageLog) := do
    let (env, log) ← processHeader ⟨header⟩ commandLineOptions {} input trustLevel (leakEnv := true)
    return (env.setMainModule mainModule, log)
otherwise
  def headerImports (header : Syntax) : Array Import := headerToImports header
  def headerIsModule (_header : Syntax) : Bool := false
  def importHeader (header : Syntax) (input : Parser.InputContext) (mainModule : Name) :
      IO (Environment × MessageLog) := do
    let (env, log) ← processHeader header commandLineOptions {} input trustLevel (leakEnv := true)
    return (env.setMainModule mainModule, log)
done

choose
  /-- Where the header stands in `parseHeader`'s result. -/
  def rawHeader (header : TSyntax ``Parser.Module.header) : Syntax := header.raw
otherwise
  def rawHeader (header : Syntax) : Syntax := header
done

/-- The header without what follows its last token, as the frontend sees it. -/
def parseHeader (input : Parser.InputContext) : IO (Syntax × Parser.ModuleParserState × MessageLog) := do
  let (header, state, log) ← Parser.parseHeader input
  return ((rawHeader header).unsetTrailing, state, log)

choose
  private def atStart (input : Parser.InputContext) : Parser.ParserState := Parser.mkParserState input.inputString
otherwise
  private def atStart (input : Parser.InputContext) : Parser.ParserState := Parser.mkParserState input.input
done

/-- Where a text without a header begins: behind blanks and comments, as behind a header. One of these alone has no command. -/
def parseNoHeader (env : Environment) (input : Parser.InputContext) : Parser.ModuleParserState :=
  let state := Parser.whitespace.run input { env, options := {} } (Parser.getTokenTable env) (atStart input)
  if state.hasError then {} else { pos := state.pos }

/-! ## Modules -/

choose
  /-- The modules with their notation, for who only looks at what they declare. -/
  def importForReading (modules : Array Name) : IO Environment :=
    importModules (modules.map fun module => { module }) commandLineOptions trustLevel (leakEnv := true) (loadExts := true)
otherwise
  def importForReading (modules : Array Name) : IO Environment :=
    importModules (modules.map fun module => { module }) commandLineOptions trustLevel (leakEnv := true)
done

/-! ## Messages -/

choose
  /-- Whether the command line keeps the message to itself. -/
  def isSilent (message : Message) : Bool := message.isSilent
otherwise
  def isSilent (_message : Message) : Bool := false
done

choose
  /-- What kind of message it is; anonymous when Lean gives none. -/
  def messageKind (message : Message) : Name := message.data.kind
otherwise
  def messageKind : Message → Name := fun message => go message.data
  where go : MessageData → Name
    | .withContext _ data | .withNamingContext _ data => go data
    | .tagged kind _ => kind
    | _ => .anonymous
done

choose
  /-- The error's name, for example `lean.unknownIdentifier`. -/
  def errorName? (message : Message) : Option Name := message.errorName?
otherwise
  def errorName? (_message : Message) : Option Name := none
done

choose
  /-- How many errors the command line reports before it gives up; 0 when it never does. -/
  def maxErrors : Nat := Language.maxErrors.get {}
otherwise
  def maxErrors : Nat := 0
done

/-! ## Commands -/

open Language.Lean (CommandParsedSnapshot)

choose
  /-- The state when the command has been elaborated; all of it only for the text's last command. -/
  def stateAfter (command : CommandParsedSnapshot) : Command.State := command.elabSnap.resultSnap.get.cmdState
  /-- The command itself; only for the text's last one. -/
  def syntaxOf (command : CommandParsedSnapshot) : Syntax := command.stx
otherwise
  def stateAfter (command : CommandParsedSnapshot) : Command.State := command.finishedSnap.get.cmdState
  def syntaxOf (command : CommandParsedSnapshot) : Syntax := command.stx
otherwise
  def stateAfter (command : CommandParsedSnapshot) : Command.State := command.data.finishedSnap.get.cmdState
  def syntaxOf (command : CommandParsedSnapshot) : Syntax := command.data.stx
done

/-- The text's last command, when all of it has been elaborated. -/
partial def lastCommand (command : CommandParsedSnapshot) : CommandParsedSnapshot :=
  match command.nextCmdSnap? with
  | some next => lastCommand next.get
  | none => command

choose
  /-- Asks everything that elaborates below this command, and all commands behind it, to stop. -/
  def cancel (command : CommandParsedSnapshot) : BaseIO Unit :=
    (Language.toSnapshotTree command).children.forM (·.cancelRec)
  /-- Whether `cancel` does anything. -/
  def canCancel : Bool := true
otherwise
  def cancel (_command : CommandParsedSnapshot) : BaseIO Unit := pure ()
  def canCancel : Bool := false
done

choose
  /-- The state of a step, ready for the next one: without messages, trees and tasks of its own. -/
  def settled (state : Command.State) : Command.State :=
    { state with messages := {}, infoState := { enabled := true }, traceState := {}, snapshotTasks := #[] }
otherwise
  def settled (state : Command.State) : Command.State :=
    { state with messages := {}, infoState := { enabled := true }, traceState := {} }
done

/-! ## Code -/

choose
  /-- Whether there is code of that name for the interpreter to run. -/
  def hasCode (env : Environment) (name : Name) : Bool := (IR.findEnvDecl env name).isSome
otherwise
  def hasCode (env : Environment) (name : Name) : Bool := (IR.findEnvDecl env name false).isSome
done

choose
  /-- Lets the interpreter run the code although what it calls uses `sorry`: `lean --run` does so too. -/
  def forgetSorry (env : Environment) (name : Name) : Environment :=
    match IR.findEnvDecl env name with
    | some (.fdecl f xs type body info) =>
      IR.declMapExt.addEntry env (.fdecl f xs type body { info with sorryDep? := none })
    | _ => env
otherwise
  def forgetSorry (env : Environment) (_name : Name) : Environment := env
done

choose
  /-- The value of a constant, run by the interpreter. -/
  unsafe def evaluate (α : Type) (env : Environment) (name : Name) : Except String α :=
    env.evalConst α commandLineOptions name (checkMeta := false)
otherwise
  unsafe def evaluate (α : Type) (env : Environment) (name : Name) : Except String α :=
    env.evalConst α commandLineOptions name
done

choose
  /-- The declaration of what the interpreter is to run. -/
  def addCode (declaration : Declaration) : CoreM Unit := addAndCompile declaration
otherwise
  def addCode (declaration : Declaration) : CoreM Unit := do
    addDecl declaration
    compileDecl declaration
done

/-! ## Sorry -/

choose
  /-- Where the `sorry` stood that became this term, when the term says so: line from 1, column in code points from 0. -/
  def labelOf? (sorryTerm : Expr) : Option Position :=
    match Meta.isLabeledSorry? sorryTerm with
    | some view => view.module?.map (·.range.pos)
    | none => none
otherwise
  def labelOf? (_sorryTerm : Expr) : Option Position := none
done

end Elaborator.Compat
