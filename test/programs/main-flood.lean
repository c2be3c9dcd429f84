-- A program that never stops printing.
partial def flood (out : IO.FS.Stream) : IO Unit := do
  out.putStrLn "one more line of many"
  flood out

def main : IO Unit := do
  flood (← IO.getStdout)
