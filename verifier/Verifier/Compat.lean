import Lean.AddDecl
import Lean.Elab.Frontend
import Lean.PrettyPrinter

/-!
Everything of Lean's own that has changed from version to version, behind names that do not. An image is offered for verifying
only when this compiles with its Lean, and when the judge passes its self-test there.
-/

namespace Verifier.Compat

open Lean Elab

/-- An environment with these modules and nothing else: no code of theirs runs, and no state of their extensions is made. -/
def importConstants (modules : Array Name) : IO Kernel.Environment := do
  let env ← importModules (modules.map fun module => { module }) {} (trustLevel := 0) (loadExts := false)
  return env.toKernelEnv

/-- What a text's commands are elaborated after. -/
structure Header where
  imports : Array Import
  isModule : Bool
  parser : Parser.ModuleParserState
  messages : MessageLog
  syntaxTree : HeaderSyntax

/-- Reads a text's header. -/
def parseHeader (input : Parser.InputContext) : IO Header := do
  let (header, parser, messages) ← Parser.parseHeader input
  return { imports := HeaderSyntax.imports header, isModule := HeaderSyntax.isModule header, parser, messages, syntaxTree := header }

/-- The same for every text, because names of private declarations and of instances contain it. -/
def mainModule : Name := `Main

/-- Imports what a header says, as `lean Main.lean` does; what went wrong is in the log. -/
def importHeader (header : Header) (input : Parser.InputContext) : IO (Environment × MessageLog) := do
  -- Every import switches it off again.
  unsafe enableInitializersExecution
  processHeader header.syntaxTree {} header.messages input (trustLevel := 1025) (leakEnv := true) (mainModule := mainModule)

/-- Elaborates what stands behind a header. -/
def elaborate (header : Header) (input : Parser.InputContext) (env : Environment) (messages : MessageLog) :
    IO (Environment × MessageLog) := do
  let state ← IO.processCommands input header.parser (Command.mkState env messages {})
  return (state.commandState.env, state.commandState.messages)

/-- All that the kernel has in a text's environment. -/
def kernelEnvironment (env : Environment) : Kernel.Environment := env.toKernelEnv

/-- A term for people. -/
def printTerm (env : Kernel.Environment) (options : Options) (e : Expr) : IO String := do
  return (← PrettyPrinter.ppExprLegacy (Environment.ofKernelEnv env) {} {} options e).pretty (width := 100)

/-- Name and type of a constant, as a text would write them. -/
def printSignature (env : Environment) (name : Name) : IO String := do
  let context : Core.Context := { fileName := "Main.lean", fileMap := default }
  let (signature, _) ← ((PrettyPrinter.ppSignature name).run' {} {}).toIO context { env }
  return signature.fmt.pretty (width := 100)

/-- What the kernel did not like. -/
def printException (exception : Kernel.Exception) : IO String := do
  (exception.toMessageData {}).toString

end Verifier.Compat
