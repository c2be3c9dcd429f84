import Verifier.Check
import Verifier.Elaborate

/-! Elaborates statements and submissions, and judges them; each in a sandbox of its own. See docs/verify.md. -/

open Verifier

/--
`elaborate HEADER` or `judge MODULE…`, with what is to be imported before the request comes; `elaborate HEADER WORD…` names
modules that came with the text and are compiled on the search path. `try-kernel NAME` tries out another kernel.
-/
def main (args : List String) : IO UInt32 := do
  -- The interpreter knows it; a program that was compiled stands in the toolchain's `bin`.
  Lean.initSearchPath (← Lean.getBuildDir)
  match args with
  | "elaborate" :: header :: modules => elaborateRequest header modules
  | "judge" :: modules => check modules
  | ["try-kernel", name] => tryKernel name
  | _ => throw (IO.userError "usage: elaborate HEADER [WORD…], judge MODULE…, or try-kernel NAME")
