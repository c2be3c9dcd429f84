import Init.Data.String
import Lean.Data.Name

/-!
Names and strings as text that has nothing but ASCII letters and digits in it. Whatever a name contains, it cannot end the
word or the line that it stands in.
-/

namespace Verifier

open Lean

/-- Of these programs; the server knows it too. -/
def checkerVersion : String := "4"

/-- The first line of an export. -/
def exportHeader : String := "lean-docker-mcp-export 1"

private def hexDigit (value : UInt8) : Char :=
  Char.ofNat (value.toNat + if value < 10 then '0'.toNat else 'a'.toNat - 10)

private def hexValue? (digit : UInt8) : Option UInt8 :=
  if 0x30 ≤ digit && digit ≤ 0x39 then some (digit - 0x30)
  else if 0x61 ≤ digit && digit ≤ 0x66 then some (digit - 0x61 + 10)
  else none

/-- The UTF-8 of a text, two digits a byte. -/
def toHex (text : String) : String :=
  text.toUTF8.foldl (init := "") fun hex byte => (hex.push (hexDigit (byte >>> 4))).push (hexDigit (byte &&& 15))

/-- What `toHex` was given; nothing when this is not what it gives. -/
def ofHex? (hex : String) : Option String :=
  go hex.toUTF8.toList ByteArray.empty
where go : List UInt8 → ByteArray → Option String
  | [], bytes => String.fromUTF8? bytes
  | [_], _ => none
  | high :: low :: rest, bytes =>
    match hexValue? high, hexValue? low with
    | some high, some low => go rest (bytes.push (high <<< 4 ||| low))
    | _, _ => none

/-- A number as `toString` writes it: digits only, and no zero before others. -/
def decimal? (word : String) (mostDigits : Nat) : Option Nat :=
  if word.utf8ByteSize > mostDigits then none
  else match word.toNat? with
    | some value => if toString value == word then some value else none
    | none => none

/-- A name as one word: each component a letter and what it is, behind a dot each. -/
def nameToWord : Name → String
  | .anonymous => ""
  | .str parent component => s!"{nameToWord parent}.s{toHex component}"
  | .num parent component => s!"{nameToWord parent}.n{component}"

/-- What `nameToWord` was given. -/
def nameOfWord? (word : String) : Option Name :=
  match word.splitOn "." with
  | "" :: components => components.foldlM (init := Name.anonymous) component?
  | _ => none
where component? (parent : Name) (component : String) : Option Name :=
  let rest := (component.drop 1).toString
  if component.startsWith "s" then (ofHex? rest).map (Name.str parent)
  else if component.startsWith "n" then (decimal? rest 20).map (Name.num parent)
  else none

end Verifier
