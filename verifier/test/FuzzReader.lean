import Verifier.Read

/-!
Changes exports at random, with their grammar in mind, and has each read. Fails when the reader ends otherwise than with a
result, or reads more than it was given. What can be read is not judged: a changed number may keep the kernel busy for ever,
which the judge's time limit is there for.

  lean --run FuzzReader.lean CASES SEED FILE…
-/

open Lean Verifier

/-- Pseudo-random numbers (splitmix64, Steele, Lea and Flood 2014). -/
private structure Random where
  state : UInt64

private abbrev RandomM := StateM Random

private def next : RandomM UInt64 := modifyGet fun (random : Random) =>
  let state : UInt64 := random.state + 0x9e3779b97f4a7c15
  let z := (state ^^^ (state >>> 30)) * 0xbf58476d1ce4e5b9
  let z := (z ^^^ (z >>> 27)) * 0x94d049bb133111eb
  (z ^^^ (z >>> 31), ⟨state⟩)

private def below (bound : Nat) : RandomM Nat := return (← next).toNat % max 1 bound

private def pick {α : Type} [Inhabited α] (items : Array α) : RandomM α := return items[← below items.size]!

private def keywords : Array String :=
  #["ea", "ec", "eb", "ep", "el", "ez", "es", "ej", "en", "et", "ns", "nn", "us", "um", "ui", "up", "th", "df", "op", "in", "ax",
    "cl", "ho", "tg", "im", "no", "end", "qu", "em", "lean-docker-mcp-export"]

private def strangeWords : Array String :=
  #["", "0", "1", "2", "00", "-1", "+1", "1e9", "0x1", "999999999", "9999999999", "18446744073709551616", "d", "i", "s", "c", "o",
    "a", "ff", "f", "66616c7365", "c3a9", "e", "\t", "é", "\r"]

private def someWord (corpus : Array (Array String)) : RandomM String := do
  match ← below 4 with
  | 0 => pick strangeWords
  | 1 => pick keywords
  | 2 => return toString (← below 40)
  | _ => pick ((← pick (← pick corpus)).splitOn " ").toArray

/-- One change of the lines of an export. -/
private def change (corpus : Array (Array String)) (lines : Array String) : RandomM (Array String) := do
  let at' ← below lines.size
  let line := lines[at']!
  match ← below 9 with
  | 0 => return lines.eraseIdxIfInBounds at'
  | 1 => return lines.push line
  | 2 =>
    let other ← below lines.size
    return (lines.set! at' lines[other]!).set! other line
  | 3 => return (lines.extract 0 at').push (← pick (← pick corpus)) ++ lines.extract at' lines.size
  | 4 => return lines.extract 0 at'
  | 5 =>
    let words := (line.splitOn " ").toArray
    return lines.set! at' (" ".intercalate (words.set! 0 (← pick keywords)).toList)
  | 6 => return lines.set! at' (line ++ " " ++ (← someWord corpus))
  | _ =>
    let words := (line.splitOn " ").toArray
    return lines.set! at' (" ".intercalate (words.set! (← below words.size) (← someWord corpus)).toList)

/-- A case: an export with a few changes, now and then also in its bytes. -/
private def someCase (corpus : Array (Array String)) : RandomM ByteArray := do
  let mut lines ← pick corpus
  for _ in [0 : 1 + (← below 4)] do
    if !lines.isEmpty then lines ← change corpus lines
  let mut bytes := ("\n".intercalate lines.toList ++ "\n").toUTF8
  if (← below 20) == 0 then bytes := bytes.set! (← below bytes.size) (← next).toUInt8
  return bytes

private structure Tally where
  read : Nat := 0
  refused : Nat := 0
  lost : Nat := 0
  longestMs : Nat := 0

private def linesOf (bytes : ByteArray) : Nat := bytes.foldl (init := 0) fun count byte => if byte == 10 then count + 1 else count

private def tryCase (bytes : ByteArray) (tally : Tally) : IO Tally := do
  let startedAt ← IO.monoMsNow
  let stream := IO.FS.Stream.ofBuffer (← IO.mkRef { data := bytes })
  let read ← try some <$> readExport stream {} exportHeader bytes.size catch _ => pure none
  let tally ← match read with
    -- Not UTF-8: the judge ends without a verdict.
    | none => pure { tally with lost := tally.lost + 1 }
    | some (.error _) => pure { tally with refused := tally.refused + 1 }
    | some (.ok found) =>
      if found.declarations.size + found.claims.size + found.imports.size + found.targets.size > linesOf bytes then
        throw (IO.userError "more was read than there is")
      pure { tally with read := tally.read + 1 }
  return { tally with longestMs := max tally.longestMs ((← IO.monoMsNow) - startedAt) }

def main (args : List String) : IO Unit := do
  let cases :: seed :: files := args | throw (IO.userError "usage: FuzzReader CASES SEED FILE…")
  let corpus ← files.toArray.mapM fun (file : String) => IO.FS.lines file
  let mut random : Random := { state := seed.toNat!.toUInt64 }
  let mut tally : Tally := {}
  for _ in [0 : cases.toNat!] do
    let (bytes, after) := (someCase corpus).run random
    random := after
    tally ← tryCase bytes tally
  let { read, refused, lost, longestMs } := tally
  IO.println s!"{cases} cases: {refused} refused, {read} read, {lost} not UTF-8; longest {longestMs} ms"
