import Lean.Declaration
import Verifier.Refusal
import Verifier.Text

/-!
Reads an export: the only thing that comes to the judge from where a submission was elaborated, and hostile. One line is one
item; each of three tables (names, levels, terms) is filled in order, and a line can only refer to what stands before it. So
nothing here is recursive, an index means one thing, and every object is made anew by Lean's own constructors. What cannot be
written down is then impossible: metavariables, free variables, negative numbers, recursors, quotients, cached data that lies.
-/

namespace Verifier

open Lean

/-- What an export may have at most. -/
structure ReadLimits where
  lines : Nat := 20000000
  lineBytes : Nat := 4194304
  /-- More is a term that Lean itself cannot hold. -/
  boundVariables : Nat := 1000000
  levels : Nat := 1000000
  imports : Nat := 1000
  /-- Digits of a numeral in a term. -/
  digits : Nat := 40000

/-- What an export says. -/
structure Export where
  imports : Array Name := #[]
  /-- Names of the theorems that are to be proved; only a statement has them. -/
  targets : Array Name := #[]
  /-- Declarations in the order of the file, with all that they consist of. -/
  declarations : Array Declaration := #[]
  /-- Theorems of a statement, without proofs. -/
  claims : Array ConstantVal := #[]
  /-- Definitions of a statement that a submission may fill in. -/
  holes : Array ConstantVal := #[]
  /-- Constants that terms name. -/
  constants : NameSet := {}
  /-- Structures that terms project from. -/
  projected : NameSet := {}

/-- What has been read. -/
structure Reading where
  names : Array Name := #[.anonymous]
  levels : Array Level := #[.zero]
  /-- Index 0 means nothing here. -/
  terms : Array Expr := #[.sort .zero]
  «export» : Export := {}

/-- A line that is no item: malformed, whatever is wrong with it. -/
abbrev ReadM := Except Refusal

private def malformed {α : Type} (what : String) : ReadM α := .error { reason := .malformedExport, message := what }

/-- Indices, and numbers of things, have at most this many digits. -/
private def indexDigits : Nat := 9

/-- Numbers in names are hashes as well. -/
private def nameDigits : Nat := 20

private def number (word : String) (mostDigits : Nat := indexDigits) : ReadM Nat :=
  match decimal? word mostDigits with
  | some value => .ok value
  | none => malformed s!"not a number: {repr ((word.take 40).toString)}"

private def entry {α : Type} (table : Array α) (word : String) (what : String) : ReadM α := do
  match table[← number word]? with
  | some found => .ok found
  | none => malformed s!"{what} {word} has not been defined yet"

private def text (word : String) : ReadM String :=
  match ofHex? word with
  | some text => .ok text
  | none => malformed "a text that is not UTF-8 in hexadecimal digits"

private def binderInfo : String → ReadM BinderInfo
  | "d" => .ok .default
  | "i" => .ok .implicit
  | "s" => .ok .strictImplicit
  | "c" => .ok .instImplicit
  | word => malformed s!"no kind of binder: {repr word}"

private def hints : String → ReadM ReducibilityHints
  | "o" => .ok .opaque
  | "a" => .ok .abbrev
  | word => do
    let height ← number word
    return .regular height.toUInt32

namespace Reading

private def name (reading : Reading) (word : String) : ReadM Name := entry reading.names word "the name"
private def level (reading : Reading) (word : String) : ReadM Level := entry reading.levels word "the level"

private def term (reading : Reading) (word : String) : ReadM Expr :=
  if word == "0" then malformed "there is no term 0" else entry reading.terms word "the term"

/-- The name of something that is declared. -/
private def declared (reading : Reading) (word : String) : ReadM Name := do
  match ← reading.name word with
  | .anonymous => malformed "a declaration without a name"
  | name => return name

private def constant (reading : Reading) (name type : String) (levels : List String) : ReadM ConstantVal := do
  return { name := ← reading.declared name, levelParams := ← levels.mapM reading.name, type := ← reading.term type }

private def pushTerm (reading : Reading) (e : Expr) : Reading := { reading with terms := reading.terms.push e }

private def pushConstant (reading : Reading) (name : Name) : Reading :=
  { reading with «export».constants := reading.export.constants.insert name }

private def pushDeclaration (reading : Reading) (declaration : Declaration) : Reading :=
  { reading with «export».declarations := reading.export.declarations.push declaration }

/-- The kernel evaluates these by running compiled code, and believes the result. -/
private def evaluated : List Name := [`Lean.reduceBool, `Lean.reduceNat, `Lean.ofReduceBool, `Lean.ofReduceNat]

private def constantTerm (reading : Reading) (word : String) (levels : List String) : ReadM Reading := do
  let name ← reading.name word
  if evaluated.contains name then
    .error { reason := .axiomNotAllowed, declaration := name, message := s!"{name} trusts the compiler" }
  return (reading.pushConstant name).pushTerm (.const name (← levels.mapM reading.level))

/-- A block of inductive types: of each its name, type and number of constructors, and a name and a type of each of these. -/
private def inductiveBlock (reading : Reading) (parameters levelCount : String) (rest : List String) : ReadM Reading := do
  let levelCount ← number levelCount
  let levels ← (rest.take levelCount).mapM reading.name
  let mut rest := rest.drop levelCount
  let mut types := #[]
  repeat
    match rest with
    | [] => break
    | name :: type :: count :: more =>
      rest := more
      let mut constructors := #[]
      for _ in [0 : ← number count] do
        match rest with
        | name :: type :: more =>
          rest := more
          constructors := constructors.push { name := ← reading.declared name, type := ← reading.term type }
        | _ => malformed "a constructor is missing"
      types := types.push { name := ← reading.declared name, type := ← reading.term type, ctors := constructors.toList }
    | _ => malformed "an inductive type is not finished"
  if levels.length < levelCount || types.isEmpty then malformed "an inductive block that is not finished"
  return reading.pushDeclaration (.inductDecl levels (← number parameters) types.toList (isUnsafe := false))

/-- Reads the words of one line. -/
def readWords (reading : Reading) (limits : ReadLimits) (words : List String) : ReadM Reading := do
  match words with
  | ["ea", f, a] => return reading.pushTerm (.app (← reading.term f) (← reading.term a))
  | "ec" :: name :: levels => reading.constantTerm name levels
  | ["eb", index] =>
    let index ← number index
    if index ≥ limits.boundVariables then malformed "a bound variable that nothing binds"
    return reading.pushTerm (.bvar index)
  | ["ep", info, name, type, body] =>
    return reading.pushTerm (.forallE (← reading.name name) (← reading.term type) (← reading.term body) (← binderInfo info))
  | ["el", info, name, type, body] =>
    return reading.pushTerm (.lam (← reading.name name) (← reading.term type) (← reading.term body) (← binderInfo info))
  | ["ez", name, type, value, body] =>
    return reading.pushTerm
      (.letE (← reading.name name) (← reading.term type) (← reading.term value) (← reading.term body) false)
  | ["es", level] => return reading.pushTerm (.sort (← reading.level level))
  | ["ej", structName, index, e] =>
    let name ← reading.declared structName
    let reading := reading.pushConstant name
    let reading := { reading with «export».projected := reading.export.projected.insert name }
    return reading.pushTerm (.proj name (← number index) (← reading.term e))
  | ["en", digits] =>
    match decimal? digits limits.digits with
    | some value => return reading.pushTerm (.lit (.natVal value))
    | none => malformed "a numeral that is too long, or none"
  | ["et", hex] => return reading.pushTerm (.lit (.strVal (← text hex)))
  | ["ns", parent, hex] =>
    return { reading with names := reading.names.push (.str (← reading.name parent) (← text hex)) }
  | ["nn", parent, component] =>
    return { reading with names := reading.names.push (.num (← reading.name parent) (← number component nameDigits)) }
  | "us" :: _ | "um" :: _ | "ui" :: _ | "up" :: _ =>
    if reading.levels.size > limits.levels then malformed "too many universe levels"
    let level ← match words with
      | ["us", inner] => pure (.succ (← reading.level inner))
      | ["um", a, b] => pure (.max (← reading.level a) (← reading.level b))
      | ["ui", a, b] => pure (.imax (← reading.level a) (← reading.level b))
      | ["up", name] => pure (.param (← reading.name name))
      | _ => malformed "a universe level with too few or too many parts"
    return { reading with levels := reading.levels.push level }
  | "th" :: name :: type :: value :: levels =>
    return reading.pushDeclaration (.thmDecl { ← reading.constant name type levels with value := ← reading.term value })
  | "df" :: name :: type :: value :: hint :: levels =>
    let constant ← reading.constant name type levels
    return reading.pushDeclaration
      (.defnDecl { constant with value := ← reading.term value, hints := ← hints hint, safety := .safe })
  | "op" :: name :: type :: value :: levels =>
    let constant ← reading.constant name type levels
    return reading.pushDeclaration (.opaqueDecl { constant with value := ← reading.term value, isUnsafe := false })
  | "in" :: parameters :: levelCount :: rest => reading.inductiveBlock parameters levelCount rest
  | "ax" :: name :: type :: levels =>
    return reading.pushDeclaration (.axiomDecl { ← reading.constant name type levels with isUnsafe := false })
  | "cl" :: name :: type :: levels =>
    return { reading with «export».claims := reading.export.claims.push (← reading.constant name type levels) }
  | "ho" :: name :: type :: levels =>
    return { reading with «export».holes := reading.export.holes.push (← reading.constant name type levels) }
  | ["tg", name] =>
    return { reading with «export».targets := reading.export.targets.push (← reading.declared name) }
  | ["im", name] =>
    if reading.export.imports.size ≥ limits.imports then malformed "too many imports"
    return { reading with «export».imports := reading.export.imports.push (← reading.declared name) }
  | ["no", name] =>
    let name ← reading.declared name
    .error { reason := .unsupportedDeclaration, declaration := name, message := s!"{name} is `unsafe` or `partial`" }
  | _ => malformed s!"no item: {repr (" ".intercalate (words.map fun word => (word.take 40).toString))}"

end Reading

/-- Reads an export of so many bytes, line by line. -/
def readExport (input : IO.FS.Stream) (limits : ReadLimits) (header : String) (bytes : Nat) : IO (ReadM Export) := do
  let mut reading : Reading := {}
  let mut left := bytes
  let mut lines := 0
  repeat
    let next ← input.getLine
    if next.utf8ByteSize > left || next.utf8ByteSize > limits.lineBytes || lines ≥ limits.lines then
      return malformed "the export is longer than it may be"
    left := left - next.utf8ByteSize
    lines := lines + 1
    let some words := lineWords? next | return malformed "a line without an end"
    if lines == 1 then
      if words != header.splitOn " " then return malformed "another format"
    else if words == ["end"] then
      return if left == 0 then .ok reading.export else malformed "there is more behind the end"
    else match reading.readWords limits words with
      | .ok more => reading := more
      | .error refusal => return .error { refusal with message := s!"line {lines}: {refusal.message}" }
  return malformed "the export has no end"
where
  lineWords? (line : String) : Option (List String) :=
    if line.endsWith "\n" then some ((line.dropEnd 1).toString.splitOn " ") else none

end Verifier
