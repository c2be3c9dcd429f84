import Verifier.Check
import Verifier.Elaborate

/-! Elaborates statements and submissions, and judges them; each in a sandbox of its own. See docs/verify.md. -/

open Verifier

/-- `elaborate HEADER` or `judge MODULE…`, with what is to be imported before the request comes. -/
def main : List String → IO UInt32
  | ["elaborate", header] => elaborateRequest header
  | "judge" :: modules => check modules
  | _ => throw (IO.userError "usage: elaborate HEADER, or judge MODULE…")
