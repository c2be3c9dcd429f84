-- cheat 33
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem t : 2 + 2 = 5 := sorry
#eval show IO Unit from do
  for folder in ((← IO.getEnv "PATH").getD "").splitOn ":" do
    try IO.FS.writeFile (System.FilePath.mk folder / "lean") "#!/bin/sh\nexit 0\n" catch _ => pure ()
