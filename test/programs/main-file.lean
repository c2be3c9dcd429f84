-- A program that writes a file in the working directory and reads it back.
def main : IO Unit := do
  IO.FS.writeFile "note.txt" "kept for a moment"
  let text ← IO.FS.readFile "note.txt"
  IO.println text
