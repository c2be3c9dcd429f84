-- A child process whose output Lean collects.
def listen : IO Unit := do
  let r ← IO.Process.output { cmd := "sh", args := #["-c", "echo out; echo err >&2; exit 4"] }
  IO.println s!"exit code {r.exitCode}, stdout {r.stdout.length}, stderr {r.stderr.length}"

#eval listen
