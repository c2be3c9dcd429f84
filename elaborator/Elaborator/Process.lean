import Elaborator.Channel
import Elaborator.Axioms
import Elaborator.Headers
import Elaborator.States

/-!
What the process holds between requests.
-/

namespace Elaborator

open Lean

/-- One elaborator. -/
structure Process where
  channel : Channel
  headers : Headers
  states : IO.Ref States
  /-- Axioms of imported constants that have been found out. -/
  axioms : IO.Ref KnownAxioms
  /-- Requests that came while another was being answered. -/
  waiting : IO.Ref (Array (Except String Json))
  /--
  The last text's snapshots. Freeing them takes as long as some texts take to elaborate, so it waits until the answer is
  out and the program has run.
  -/
  held : IO.Ref (Option Language.Lean.CommandParsedSnapshot)

namespace Process

/-- Keeps a process for good: what it holds is freed with its memory, and not piece by piece when `main` returns. -/
@[extern "elaborator_keep"]
opaque keepForever (process : Process) : IO Unit

/-- A process that has done nothing. -/
def new (channel : Channel) : BaseIO Process := do
  let headers ← Headers.new
  let states ← IO.mkRef ({} : States)
  let axioms ← IO.mkRef ({} : KnownAxioms)
  let waiting ← IO.mkRef (#[] : Array (Except String Json))
  let held ← IO.mkRef (none : Option Language.Lean.CommandParsedSnapshot)
  return { channel, headers, states, axioms, waiting, held }

/-- Sends an event that belongs to a request. -/
def tell (process : Process) (id : Nat) (event : String) (fields : List (String × Json)) : IO Unit :=
  process.channel.tell (Json.mkObj ([("id", toJson id), ("event", Json.str event)] ++ fields))

/-- Says that a request cannot be done, in a word for programs and a sentence for people. -/
def refuse (process : Process) (id : Option Nat) (reason : String) (message : String) : IO Unit :=
  process.channel.tell (Json.mkObj ([
    ("event", Json.str "refused"), ("reason", Json.str reason), ("message", Json.str message)
  ] ++ (id.map fun id => ("id", toJson id)).toList))

end Process

end Elaborator
