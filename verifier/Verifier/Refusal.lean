import Lean.Expr

/-!
Why a submission is not verified. The reasons are a closed list, which callers may rely on.
-/

namespace Verifier

open Lean

/-- Why a submission is not verified. -/
inductive Reason where
  | targetMissing | kindDiffers | statementDiffers | definitionDiffers
  | axiomNotAllowed | kernelRejected | unsupportedDeclaration | malformedExport | importNotAvailable
  /-- The kernel gave up: not a verdict about the submission. -/
  | kernelGaveUp
  /-- The statement is not fit to be judged by: neither is this. -/
  | statementUnusable

/-- The word for it in an answer. -/
def Reason.word : Reason → String
  | .targetMissing => "target-missing"
  | .kindDiffers => "kind-differs"
  | .statementDiffers => "statement-differs"
  | .definitionDiffers => "definition-differs"
  | .axiomNotAllowed => "axiom-not-allowed"
  | .kernelRejected => "kernel-rejected"
  | .unsupportedDeclaration => "unsupported-declaration"
  | .malformedExport => "malformed-export"
  | .importNotAvailable => "import-not-available"
  | .kernelGaveUp => "kernel-gave-up"
  | .statementUnusable => "statement-unusable"

/-- Whether this says no; the others say nothing. -/
def Reason.isVerdict : Reason → Bool
  | .kernelGaveUp | .statementUnusable => false
  | _ => true

/-- What the judge does, in this order; each of these can refuse a submission. -/
inductive Step where
  | read | imports | kernel | compare | axioms

/-- The word for it in an answer. -/
def Step.word : Step → String
  | .read => "read"
  | .imports => "imports"
  | .kernel => "kernel"
  | .compare => "compare"
  | .axioms => "axioms"

/-- A reason, what it is about, and both sides where they differ. -/
structure Refusal where
  reason : Reason
  message : String
  declaration : Name := .anonymous
  expected? : Option Expr := none
  found? : Option Expr := none
  /-- What was being done. -/
  step : Step := .read

/-- Says what was being done when something was refused. -/
def Refusal.during {α : Type} (step : Step) : Except Refusal α → Except Refusal α :=
  Except.mapError fun refusal => { refusal with step }

end Verifier
