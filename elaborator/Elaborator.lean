import Elaborator.Index
import Elaborator.Serve

/-!
A Lean process that waits with its imports done, and elaborates, runs and keeps what it is sent. See docs/elaborator.md. Or,
as `elaborator index MODULE…`, a list of what these modules declare. See docs/finding.md.
-/

open Elaborator

/-- The descriptors `SOCKET STDOUT STDERR` of a compiled elaborator, or the pipes of an interpreted one. -/
private def openChannel : List String → IO Channel
  | ["--pipes", requests, answers] => Channel.ofPipes requests answers
  | [socket, programStdout, programStderr] =>
    match socket.toNat?, programStdout.toNat?, programStderr.toNat? with
    | some socket, some programStdout, some programStderr =>
      Channel.native (.ofNat socket) (.ofNat programStdout) (.ofNat programStderr)
    | _, _, _ => throw (IO.userError "descriptors are numbers")
  | _ => throw (IO.userError "usage: elaborator SOCKET STDOUT STDERR, or elaborator --pipes REQUESTS ANSWERS")

/-- Serves on the given channel, or writes an index, with the toolchain that `LEAN_SYSROOT` names, or that this program is part of. -/
def main (args : List String) : IO UInt32 := do
  let sysroot ← match ← IO.getEnv "LEAN_SYSROOT" with
    | some path => pure (System.FilePath.mk path)
    | none => Lean.getBuildDir
  Lean.initSearchPath sysroot
  if let "index" :: modules := args then return ← Index.write modules
  let channel ← openChannel args
  greet channel
  serve (← Process.new channel)
