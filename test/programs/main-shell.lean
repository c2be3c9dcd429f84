-- A program that runs its argument as a shell command and hands on its output and its exit code.
def main (args : List String) : IO UInt32 := do
  let r ← IO.Process.output { cmd := "sh", args := #["-c"] ++ args.toArray }
  IO.print r.stdout
  IO.eprint r.stderr
  return r.exitCode
