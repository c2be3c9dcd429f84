-- cheat 20
-- step axioms
-- reason axiom-not-allowed
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
theorem t : 2 + 2 = 5 := sorry
#eval show IO Unit from do
  for process in ← System.FilePath.readDir "/proc" do
    try IO.FS.withFile (process.path / "mem") .readWrite fun _ => IO.println s!"{process.fileName} is open" catch _ => pure ()
  for command in ["/usr/bin/perl -e 'use Socket; socket(S, PF_INET, SOCK_STREAM, 0) && connect(S, sockaddr_in(2375, INADDR_LOOPBACK)) && print \"connected\"'"] do
    try IO.println (← IO.Process.output { cmd := "/bin/sh", args := #["-c", command] }).stdout catch _ => pure ()
