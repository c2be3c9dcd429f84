-- A shell for elaborations: what it runs has the streams of the Lean process itself.
def shell (script : String) : IO Unit := do
  let child ← IO.Process.spawn { cmd := "sh", args := #["-c", script] }
  let _ ← child.wait
