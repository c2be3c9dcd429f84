-- A program that prints its arguments and the first line of its input; it is part of the elaborator's self-test.
def main (args : List String) : IO UInt32 := do
  IO.println s!"{args} {(← (← IO.getStdin).getLine)}"
  return 7
