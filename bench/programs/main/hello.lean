-- A program that prints one line.
def hello (name : String) : String := s!"Hello, {name}"

def main : IO Unit := IO.println (hello "Lean4!")
