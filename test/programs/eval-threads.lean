-- Starts threads that sleep while elaborating: only to be run where processes are limited.
def start : Nat → IO Unit
  | 0 => IO.println "all started"
  | n + 1 => do
    let _ ← IO.asTask (IO.sleep 100000) Task.Priority.dedicated
    start n

#eval start 100000
