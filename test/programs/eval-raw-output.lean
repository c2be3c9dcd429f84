-- A child process writes to the real stdout, past Lean's message log.
def speak : IO Unit := do
  let child ← IO.Process.spawn { cmd := "sh", args := #["-c", "echo raw output"] }
  let _ ← child.wait

#eval speak
