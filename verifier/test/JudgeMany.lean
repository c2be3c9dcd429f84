import Verifier.Check

/-!
Judges many exports in one process, for tests: each line of the file that it is given names the file of a statement, that of a
submission, and the axioms that are allowed. It prints `NUMBER verified`, or `NUMBER REASON STEP`.
-/

open Lean Verifier

private def readFile (file : String) : IO (ReadM Export) := do
  let data ← IO.FS.readBinFile file
  readExport (IO.FS.Stream.ofBuffer (← IO.mkRef { data })) {} exportHeader data.size

private def verdictOn (prepared : Prepared) (line : String) : IO String := do
  let statement :: submission :: axioms := line.splitOn " " | throw (IO.userError "two files, and axioms")
  let some axioms := axioms.mapM nameOfWord? | throw (IO.userError "no name of an axiom")
  let policy := { axioms := axioms.foldl NameSet.insert {} }
  let (_, result) ← decideOn prepared policy (← readFile statement) (← readFile submission)
  return match result with
    | .ok _ => "verified"
    | .error { reason, step, .. } => s!"{reason.word} {step.word}"

def main (args : List String) : IO Unit := do
  let [list] := args | throw (IO.userError "usage: JudgeMany LIST")
  let output ← IO.getStdout
  let prepared ← prepare #[]
  let mut number := 0
  for line in ← IO.FS.lines list do
    let said ← try verdictOn prepared line catch error => pure s!"lost {repr (toString error)}"
    output.putStrLn s!"{number} {said}"
    output.flush
    number := number + 1
