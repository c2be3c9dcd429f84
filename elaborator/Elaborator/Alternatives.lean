import Lean.Elab.Command

/-!
A way to write what differs between versions of Lean: several groups of commands, of which the first one counts that this
version elaborates without an error. What a version can do is tried, never read off its number.
-/

open Lean Elab Command

/-- `choose a otherwise b … done` is the first of the groups of commands in which this Lean finds no error. -/
syntax (name := alternatives) "choose " command* ("otherwise " command*)* "done" : command

/-- Elaborates the groups in turn, each from the same state, until one goes through. -/
@[command_elab alternatives] def elabAlternatives : CommandElab := fun stx => do
  let groups := #[stx[1].getArgs] ++ stx[2].getArgs.map (·[1].getArgs)
  let before ← get
  for group in groups do
    set { before with messages := {} }
    withScope (fun scope => { scope with opts := scope.opts.insert `Elab.async (.ofBool false) }) do
      group.forM elabCommand
    let found := (← get).messages
    unless found.hasErrors do
      modify fun state => { state with messages := before.messages ++ found }
      return
  -- The errors of the last group stand.
  modify fun state => { state with messages := before.messages ++ state.messages }
