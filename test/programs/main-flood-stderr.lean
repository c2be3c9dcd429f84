-- A program that never stops printing to stderr.
partial def complain (out : IO.FS.Stream) : IO Unit := do
  out.putStrLn "one more line of many"
  complain out

def main : IO Unit := do
  complain (← IO.getStderr)
