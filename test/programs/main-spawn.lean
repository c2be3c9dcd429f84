-- A program that runs its argument as a shell command on its own streams and hands on the exit code.
def main (args : List String) : IO UInt32 := do
  let child ← IO.Process.spawn { cmd := "sh", args := #["-c"] ++ args.toArray }
  child.wait
