-- A program that says one thing and then sleeps for 100 seconds.
def main : IO Unit := do
  let out ← IO.getStdout
  out.putStrLn "started"
  out.flush
  IO.sleep 100000
