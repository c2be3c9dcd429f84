-- A program that prints every line of its standard input, numbered, until the input ends.
partial def echo (stdin : IO.FS.Stream) (n : Nat) : IO Unit := do
  let line ← stdin.getLine
  if line.isEmpty then
    IO.println s!"{n} lines"
  else
    IO.print s!"{n}: {line}"
    echo stdin (n + 1)

def main : IO Unit := do
  echo (← IO.getStdin) 0
