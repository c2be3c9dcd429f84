import Elaborator.Messages

/-!
The walk over what elaboration yields, as the command line walks it: in the text's order, waiting for each part, and giving
up when there are too many errors.
-/

namespace Elaborator

open Lean
open Language (SnapshotTree)

/-- What the walk has found. -/
structure Report where
  sent : Sent := {}
  /-- Errors as the command line counts them; any makes it exit with 1. -/
  errors : Nat := 0
  /-- Whether the command line would have given up. -/
  gaveUp : Bool := false
  /-- The errors themselves, for those who look for goals in them. -/
  errorMessages : Array Message := #[]
  /-- What elaboration remembers about terms. -/
  trees : Array Elab.InfoTree := #[]

/-- Which messages go where. -/
structure Reporter where
  limits : MessageLimits
  tell : Json → IO Unit

namespace Reporter

/-- Reports one log. -/
def reportLog (reporter : Reporter) (report : Report) (log : MessageLog) : IO Report := do
  let mut report := report
  for message in log.toList do
    let isError := message.severity matches .error
    if isError then report := { report with errors := report.errors + 1 }
    let tooMany := Compat.maxErrors != 0 && report.errors > Compat.maxErrors
    -- Lean's own words for it.
    let message : Message := if tooMany then
      { message with
        data := s!"maximum number of errors ({Compat.maxErrors}; from option `maxErrors`) reached, exiting"
        severity := .error }
    else message
    let sent ← sendMessage message reporter.limits report.sent reporter.tell
    report := { report with sent }
    if isError then
      report := { report with errorMessages := report.errorMessages.push message }
    if tooMany then return { report with gaveUp := true }
  return report

private partial def reportAll (reporter : Reporter) (report : Report) (trees : List (Unit → SnapshotTree)) :
    IO Report := do
  match trees with
  | [] => return report
  | tree :: rest =>
    let tree := tree ()
    let mut report ← reporter.reportLog report tree.element.diagnostics.msgLog
    if report.gaveUp then return report
    if let some info := tree.element.infoTree? then
      report := { report with trees := report.trees.push info }
    reporter.reportAll report (tree.children.toList.map (fun task _ => task.get) ++ rest)

/--
Reports a tree: each part before what is below it, waiting where elaboration is not that far. Not recursive, because a text
may have any number of commands.
-/
def reportTree (reporter : Reporter) (tree : SnapshotTree) : IO Report :=
  reporter.reportAll {} [fun _ => tree]

end Reporter

end Elaborator
