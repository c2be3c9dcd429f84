-- A program whose output is longer when its characters are shown.
def main : IO Unit := do
  let text := String.join (List.replicate 60000 (String.singleton (Char.ofNat 1)))
  IO.print text
  IO.eprint text
