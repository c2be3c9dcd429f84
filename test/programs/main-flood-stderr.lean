-- A program that never stops printing to stderr.
partial def complain (out : IO.FS.Stream) (text : String) : IO Unit := do
  out.putStr text
  complain out text

def main : IO Unit := do
  complain (← IO.getStderr) (String.join (List.replicate 1000 "one more line of many\n"))
