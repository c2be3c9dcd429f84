import Elaborator.Messages
import Lean.Server.InfoUtils

/-!
The goals that a text leaves open: at each `sorry` that stands in it, and in each error that says that goals are unsolved. They
come from the same elaboration as the verdict.
-/

namespace Elaborator

open Lean Elab

/-- A goal that is left open, and where. -/
structure OpenGoal where
  /-- `sorry` or `unsolved-goals`. -/
  origin : String
  position : Position
  goal : Json
  /-- What it says, to know it again. -/
  rendered : String

namespace OpenGoal

/-- As data. -/
def toJson (found : OpenGoal) : Json :=
  Json.mkObj [("origin", Json.str found.origin), ("pos", positionToJson found.position), ("goal", found.goal)]

private def same (a b : OpenGoal) : Bool :=
  a.origin == b.origin && a.position.line == b.position.line && a.position.column == b.position.column
    && a.rendered == b.rendered

private def before (a b : OpenGoal) : Bool :=
  a.position.line < b.position.line || (a.position.line == b.position.line && a.position.column < b.position.column)

end OpenGoal

/-- A goal with what it says of hypotheses and target, as an editor shows it. -/
private def describeGoal (goal : MVarId) (textBytes : Nat) : MetaM (Json × String) := do
  -- Values are hidden in the goals of terms, for people who can ask an editor for them.
  let shown ← withOptions (·.insert `pp.showLetValues.threshold (.ofNat 255)) (Widget.goalToInteractive goal)
  let cut (text : String) := Json.str (truncate text textBytes)
  let rendered := shown.pretty.pretty
  let hypotheses := shown.hyps.map fun hypothesis => Json.mkObj ([
    ("names", Json.arr (hypothesis.names.map fun name => Json.str (if name == "[anonymous]" then "" else name))),
    ("type", cut hypothesis.type.stripTags)
  ] ++ (hypothesis.val?.map fun value => ("value", cut value.stripTags)).toList)
  let json := Json.mkObj ([
    ("rendered", cut rendered),
    ("hypotheses", Json.arr hypotheses),
    ("target", cut shown.type.stripTags)
  ] ++ (shown.userName?.map fun name => ("case", Json.str name)).toList)
  return (json, rendered)

/-- A place of the text, if the syntax stands there and was not made by a macro. -/
private def placeOf? (input : Parser.InputContext) (stx : Syntax) : Option Position :=
  (stx.getPos? (canonicalOnly := true)).map input.fileMap.toPosition

/-- Goals at the `sorry`s of one tree. -/
private def goalsAtSorries (input : Parser.InputContext) (textBytes : Nat) (tree : InfoTree) : IO (Array OpenGoal) := do
  let found : Array (IO (Option OpenGoal)) := tree.foldInfo (init := #[]) fun context info found => match info with
    | .ofTacticInfo tactic =>
      if tactic.stx.isOfKind ``Parser.Tactic.tacticSorry then found.push do
        let some position := placeOf? input tactic.stx | return none
        let some goal := tactic.goalsBefore.head? | return none
        let context := { context with mctx := tactic.mctxBefore }
        let (goal, rendered) ← context.runMetaM {} (describeGoal goal textBytes)
        return some { origin := "sorry", position, goal, rendered }
      else found
    | .ofTermInfo term =>
      if term.stx.isOfKind ``Parser.Term.sorry then found.push do
        let some position := placeOf? input term.stx | return none
        let (goal, rendered) ← context.runMetaM term.lctx do
          let type ← match term.expectedType? with
            | some type => pure type
            | none => Meta.inferType term.expr
          let goal ← Meta.mkFreshExprMVar (← instantiateMVars type)
          describeGoal goal.mvarId! textBytes
        return some { origin := "sorry", position, goal, rendered }
      else found
    | _ => found
  -- What Lean cannot show is left out, not worth an error: the verdict stands either way.
  found.filterMapM fun describe => do
    match ← describe.toBaseIO with
    | .ok goal? => return goal?
    | .error _ => return none

/-- The goals that a message shows, with the context that prints them. -/
private partial def goalsShown (data : MessageData) (naming : NamingContext) (context? : Option MessageDataContext) :
    Array (NamingContext × MessageDataContext × MVarId) :=
  match data, context? with
  | .ofGoal goal, some context => #[(naming, context, goal)]
  | .withContext context inner, _ => goalsShown inner naming (some context)
  | .withNamingContext naming inner, _ => goalsShown inner naming context?
  | .nest _ inner, _ | .group inner, _ | .tagged _ inner, _ => goalsShown inner naming context?
  | .compose a b, _ => goalsShown a naming context? ++ goalsShown b naming context?
  | _, _ => #[]

/-- Goals in an error that says that some are unsolved. -/
private def goalsInError (input : Parser.InputContext) (textBytes : Nat) (message : Message) : IO (Array OpenGoal) := do
  unless message.data.hasTag (· == `Tactic.unsolvedGoals) do return #[]
  let shown := goalsShown message.data { currNamespace := .anonymous, openDecls := [] } none
  shown.filterMapM fun (naming, context, goal) => do
    let core : Core.Context := {
      fileName := input.fileName, fileMap := input.fileMap, options := context.opts
      currNamespace := naming.currNamespace, openDecls := naming.openDecls
    }
    let describe : MetaM (Json × String) := Meta.withLCtx context.lctx #[] (describeGoal goal textBytes)
    match ← (describe.run' {} { mctx := context.mctx }).toIO core { env := context.env } |>.toBaseIO with
    | .ok ((goal, rendered), _) => return some { origin := "unsolved-goals", position := message.pos, goal, rendered }
    | .error _ => return none

/-- All goals that the text leaves open, in its order, each once; at most so many, and how many more there are. -/
def reportGoals (input : Parser.InputContext) (trees : Array InfoTree) (errors : Array Message) (most : Nat)
    (textBytes : Nat) : IO (Array Json × Nat) := do
  let mut found : Array OpenGoal := #[]
  for tree in trees do
    -- A tactic `sorry` is a macro for a term `sorry` at the same place, which shows the same goal.
    for goal in ← goalsAtSorries input textBytes tree do
      unless found.any (OpenGoal.same goal) do found := found.push goal
  for error in errors do
    for goal in ← goalsInError input textBytes error do
      unless found.any (OpenGoal.same goal) do found := found.push goal
  let sorted := found.insertionSort OpenGoal.before
  let shown := sorted.extract 0 most
  return (shown.map OpenGoal.toJson, sorted.size - shown.size)

end Elaborator
