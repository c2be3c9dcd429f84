import Elaborator.Compat

/-!
Environments of headers that have been imported: the reason for a process that waits. They stay as long as the process does,
as in `lean` itself, which marks them so that nobody counts references to them.
-/

namespace Elaborator

open Lean Elab

/-- The name that `lean Main.lean` gives the module. -/
def mainModule : Name := `Main

/-- What a header brings: two headers that agree in this are the same. -/
structure Imported where
  imports : Array Import
  isModule : Bool
  env : Environment

/-- The headers that this process has imported. -/
abbrev Headers := IO.Ref (Array Imported)

namespace Headers

/-- No headers. -/
def new : BaseIO Headers := IO.mkRef #[]

private def describe (item : Import) : String := toString (repr item.module) ++ toString item

/-- Compared by what is printed too: modifiers of an import came with the module system. -/
private def sameImports (a b : Array Import) : Bool := a.map describe == b.map describe

/-- The header's environment, if it has been imported before. -/
def find? (headers : Headers) (header : Syntax) : BaseIO (Option Environment) := do
  let imports := Compat.headerImports header
  let isModule := Compat.headerIsModule header
  let found := (← headers.get).find? fun known => known.isModule == isModule && sameImports known.imports imports
  return found.map (·.env)

/--
Whether a header can be imported on top of what has been. Modules that are not compiled into this process may have changed
it when they were imported (linters, options, tables of their own), and `lean` would not have known of them.
-/
def canImport (headers : Headers) : BaseIO Bool := do
  let compiled := [`Init, `Std, `Lean]
  return (← headers.get).all fun known => known.env.header.moduleNames.all fun name => compiled.contains name.getRoot

/-- Imports what the header says. The environment is absent when that failed; the log says why. -/
def load (headers : Headers) (header : Syntax) (input : Parser.InputContext) :
    IO (Option Environment × MessageLog) := do
  -- Every import switches it off again.
  unsafe enableInitializersExecution
  let (env, log) ← Compat.importHeader header input mainModule
  if log.hasErrors then return (none, log)
  headers.modify (·.push {
    imports := Compat.headerImports header
    isModule := Compat.headerIsModule header
    env
  })
  return (some env, log)

end Headers

end Elaborator
