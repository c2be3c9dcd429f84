-- A program that doubles a text for ever: only to be run where memory is limited.
partial def swell (s : String) : String := swell (s ++ s)

def main : IO Unit := do
  let out ← IO.getStdout
  out.putStrLn "started"
  out.flush
  IO.println (toString (swell "x").length)
