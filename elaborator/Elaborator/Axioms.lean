import Elaborator.Constants

/-!
The axioms that a constant rests on, by a walk of our own over its terms and the terms of all that they name. `#print axioms`
is a command of the text's own Lean, which the text can change.
-/

namespace Elaborator

open Lean

/-- Axioms by block of constants. -/
abbrev KnownAxioms := PersistentHashMap Name (Array Name)

/-- A block of constants that name each other, of which some have been looked at. -/
private structure Frame where
  block : Name
  todo : List Name
  found : Array Name

private def union (a b : Array Name) : Array Name :=
  b.foldl (fun all name => if all.contains name then all else all.push name) a

/--
The constants that are looked at together, because they name each other: an inductive type with its constructors and
recursors, and definitions that call themselves without a proof that this ends. The first one gives its name to all.
-/
private def blockOf (env : Environment) (name : Name) : List Name :=
  let inductives (all : List Name) : List Name := all.foldr (init := []) fun type rest => match env.find? type with
    | some (.inductInfo { ctors, .. }) => type :: ctors ++ rest
    | _ => type :: rest
  match env.find? name with
  | some (.inductInfo { all, .. }) | some (.recInfo { all, .. }) => inductives all
  | some (.ctorInfo { induct, .. }) => match env.find? induct with
    | some (.inductInfo { all, .. }) => inductives all
    | _ => [name]
  | some (.defnInfo { all, safety, .. }) => if safety matches .safe then [name] else all
  | some (.opaqueInfo { all, isUnsafe, .. }) => if isUnsafe then all else [name]
  | _ => [name]

private def frameOf (env : Environment) (block : List Name) (name : Name) : Frame := Id.run do
  let mut todo : NameSet := {}
  let mut found := #[]
  for member in block do
    let some info := env.find? member | continue
    if info matches .axiomInfo _ then found := found.push member
    for term in termsOf info do
      for used in term.getUsedConstants do
        todo := todo.insert used
  return { block := name, todo := todo.toList, found }

/-- What is known, of imported constants and of the text's own. -/
private structure Known where
  imported : KnownAxioms
  own : KnownAxioms := {}

private def Known.find? (known : Known) (name : Name) : Option (Array Name) :=
  match known.own.find? name with
  | some axioms => some axioms
  | none => known.imported.find? name

private def Known.insert (known : Known) (env : Environment) (name : Name) (axioms : Array Name) : Known :=
  if (env.getModuleIdxFor? name).isSome then { known with imported := known.imported.insert name axioms }
  else { known with own := known.own.insert name axioms }

/-- Not recursive: what rests on what goes deeper than a stack. -/
private partial def walk (env : Environment) (stack : List Frame) (begun : PHashSet Name) (known : Known) : Known :=
  match stack with
  | [] => known
  | frame :: below => match frame.todo with
    | [] =>
      let known := known.insert env frame.block frame.found
      let below := match below with
        | parent :: rest => { parent with found := union parent.found frame.found } :: rest
        | [] => []
      walk env below begun known
    | next :: todo =>
      let frame := { frame with todo }
      let block := blockOf env next
      let name := block.headD next
      match known.find? name with
      | some axioms => walk env ({ frame with found := union frame.found axioms } :: below) begun known
      | none =>
        if begun.contains name then walk env (frame :: below) begun known
        else walk env (frameOf env block name :: frame :: below) (begun.insert name) known

/--
The axioms of constants, sorted by name. `imported` is what is known of imported constants, and comes back with more of it; of
the text's own nothing is remembered, because another text may use their names for something else.
-/
def axiomsOf (env : Environment) (names : Array Name) (imported : KnownAxioms) : Array (Array Name) × KnownAxioms :=
  Id.run do
    let mut known : Known := { imported }
    let mut results := #[]
    for name in names do
      let block := blockOf env name
      let first := block.headD name
      if (known.find? first).isNone then
        known := walk env [frameOf env block first] (({} : PHashSet Name).insert first) known
      results := results.push (((known.find? first).getD #[]).qsort fun a b => a.toString < b.toString)
    return (results, known.imported)

end Elaborator
