-- A program that says one thing and then burns CPU until it is killed.
partial def churn (n : Nat) : Nat := churn (n + 1)

def main : IO Unit := do
  let out ← IO.getStdout
  out.putStrLn "started"
  out.flush
  IO.println (toString (churn 0))
