-- A program whose output is not valid UTF-8.
def main : IO Unit := do
  let out ← IO.getStdout
  out.write (ByteArray.mk #[104, 105, 255, 254, 10])
  out.flush
