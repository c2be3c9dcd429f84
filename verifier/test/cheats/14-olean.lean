-- cheat 14
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem t : 2 + 2 = 5 := sorry
#eval show IO Unit from do
  for file in ["Main.olean", "/tmp/Main.olean", "/opt/lean/lib/lean/Init.olean", "/opt/lean/lib/lean/Verifier.olean"] do
    try IO.FS.writeFile file "olean" catch _ => pure ()
