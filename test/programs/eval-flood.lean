-- One command with a very long message: 200000 lines.
def pour : Nat → IO Unit
  | 0 => IO.println "last line"
  | n + 1 => do
    IO.println "one more line of many"
    pour n

#eval pour 200000
