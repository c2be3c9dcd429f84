-- A program that reads its arguments and its input, and prints many lines.
def main (args : List String) : IO UInt32 := do
  let input ← (← IO.getStdin).getLine
  IO.println s!"{args.length} arguments, {input.length} characters"
  for i in [0:500] do
    IO.println s!"{i} squared is {i * i}"
  return 0
