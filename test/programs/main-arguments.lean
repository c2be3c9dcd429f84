-- A program that prints each of its arguments on a line; the exit code is their number.
def main (args : List String) : IO UInt32 := do
  for arg in args do
    IO.println s!"<{arg}>"
  return UInt32.ofNat args.length
