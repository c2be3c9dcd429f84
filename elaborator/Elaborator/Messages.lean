import Elaborator.Compat
import Elaborator.Protocol

/-!
Lean's messages as data, with the fields of `lean --json` that say something, bounded in number and size.
-/

namespace Elaborator

open Lean

/-- How many messages of each severity. -/
structure Counts where
  errors : Nat := 0
  warnings : Nat := 0
  information : Nat := 0

namespace Counts

/-- One more of this severity. -/
def add (counts : Counts) : MessageSeverity → Counts
  | .error => { counts with errors := counts.errors + 1 }
  | .warning => { counts with warnings := counts.warnings + 1 }
  | .information => { counts with information := counts.information + 1 }

/-- As data. -/
def toJson (counts : Counts) : Json :=
  Json.mkObj [("errors", counts.errors), ("warnings", counts.warnings), ("information", counts.information)]

end Counts

/-- A line from 1 and a column from 0 in code points, as Lean has them. -/
def positionToJson (position : Position) : Json :=
  Json.mkObj [("line", position.line), ("column", position.column)]

/-- At most so many bytes of the text, whole characters only. -/
def truncate (text : String) (bytes : Nat) : String :=
  if text.utf8ByteSize ≤ bytes then text
  else Id.run do
    let all := text.toUTF8
    let mut stop := bytes
    -- A byte that continues a character begins with the bits 10.
    while stop > 0 && all.get! stop &&& 0xC0 == 0x80 do
      stop := stop - 1
    return String.fromUTF8! (all.extract 0 stop)

/-- The word for it in an answer. -/
def severityWord : MessageSeverity → String
  | .error => "error"
  | .warning => "warning"
  | .information => "information"

/-- What has been sent of a text's messages. -/
structure Sent where
  counts : Counts := {}
  /-- Of those, how many were not sent, because of the limits. -/
  omitted : Counts := {}
  messages : Nat := 0
  bytes : Nat := 0

/-- A message as data, and how many bytes of its text that holds. -/
def messageToJson (message : Message) (limits : MessageLimits) : IO (Json × Nat) := do
  let text ← message.data.toString
  let kept := truncate text limits.bytes
  let kind := Compat.messageKind message
  let optional : List (String × Json) :=
    (message.endPos.map fun position => ("endPos", positionToJson position)).toList
    ++ (if message.caption.isEmpty then [] else [("caption", Json.str message.caption)])
    ++ (if kind.isAnonymous then [] else [("kind", Json.str (toString kind))])
    ++ ((Compat.errorName? message).map fun name => ("name", Json.str (toString name))).toList
    ++ (if kept.utf8ByteSize < text.utf8ByteSize then [("textBytes", toJson text.utf8ByteSize)] else [])
  let json := Json.mkObj ([
    ("severity", Json.str (severityWord message.severity)),
    ("pos", positionToJson message.pos),
    ("text", Json.str kept)
  ] ++ optional)
  return (json, kept.utf8ByteSize)

/-- Sends a message by `tell` if the limits allow it, and counts it either way. Silent ones are counted only. -/
def sendMessage (message : Message) (limits : MessageLimits) (sent : Sent) (tell : Json → IO Unit) : IO Sent := do
  if Compat.isSilent message then return sent
  let sent := { sent with counts := sent.counts.add message.severity }
  if sent.messages ≥ limits.count || sent.bytes ≥ limits.totalBytes then
    return { sent with omitted := sent.omitted.add message.severity }
  let (json, bytes) ← messageToJson message limits
  tell json
  return { sent with messages := sent.messages + 1, bytes := sent.bytes + bytes }

end Elaborator
