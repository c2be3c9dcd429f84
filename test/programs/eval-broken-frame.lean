-- A child process writes what looks like the start of a protocol message and is none.
def garble : IO Unit := do
  let child ← IO.Process.spawn { cmd := "printf", args := #["Content-Length: twelve\\r\\n\\r\\n{nonsense"] }
  let _ ← child.wait

#eval garble
