-- A program that answers a line of input at once and then waits for more input.
def main : IO Unit := do
  let stdin ← IO.getStdin
  let out ← IO.getStdout
  let line ← stdin.getLine
  out.putStr s!"heard {line.length}"
  out.flush
  let _ ← stdin.getLine
