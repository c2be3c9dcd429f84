import Lean.Data.Json

/-!
The channel to the server: requests come and answers go in frames, on descriptors that belong to nothing else. `channel.c`
does it in a compiled elaborator. One that Lean's interpreter runs has no C of ours, and takes two named pipes.
-/

namespace Elaborator

open Lean (Json)

/-! ## What `channel.c` gives -/

namespace Native

@[extern "elaborator_open"]
opaque openChannel (socket programStdout programStderr : UInt32) : IO Unit
@[extern "elaborator_receive"]
opaque receive : IO ByteArray
@[extern "elaborator_await"]
opaque await : IO Nat
@[extern "elaborator_wake"]
opaque wake : IO Unit
@[extern "elaborator_send"]
opaque send (payload : @& ByteArray) : IO Unit
@[extern "elaborator_tell_exit"]
opaque tellExit (before behind : @& String) : IO Unit
@[extern "elaborator_trim"]
opaque trim : IO Unit
@[extern "elaborator_begin_program"]
opaque beginProgram (input : @& ByteArray) : IO Unit
@[extern "elaborator_end_program"]
opaque endProgram : IO Unit
@[extern "elaborator_complain"]
opaque complain (text : @& String) : IO Unit

end Native

/-- What can be done to the descriptors 0, 1 and 2 of the process; only C can do it. -/
structure Descriptors where
  /-- Gives a program its input, and its own stdout and stderr. -/
  beginProgram : ByteArray → IO Unit
  /-- Puts the elaboration's stdout and stderr back. -/
  endProgram : IO Unit
  /-- Has the end of the process told as soon as it begins: in a frame of these texts, with the exit code between them. -/
  tellExit : String → String → IO Unit
  /-- Writes to the program's stderr, past everything that it may have put there. -/
  complain : String → IO Unit

/-- A channel of frames. -/
structure Channel where
  /-- The next frame; empty when there will be none. -/
  receive : IO ByteArray
  /-- Sends one frame. -/
  send : ByteArray → IO Unit
  /-- Waits for a frame to begin (`true`) or for `wake` (`false`); absent where a channel cannot be watched. -/
  await? : Option (IO Bool)
  /-- Ends a wait. -/
  wake : IO Unit
  /-- Gives memory that is not in use back to the system, where only C can. -/
  trim : IO Unit
  /-- Absent where programs cannot run in this process. -/
  descriptors? : Option Descriptors

namespace Channel

/-- The channel of a compiled elaborator. The three descriptors come from whoever started the process. -/
def native (socket programStdout programStderr : UInt32) : IO Channel := do
  Native.openChannel socket programStdout programStderr
  return {
    receive := Native.receive
    send := Native.send
    await? := some do return (← Native.await) != 0
    wake := Native.wake
    trim := Native.trim
    descriptors? := some {
      beginProgram := Native.beginProgram
      endProgram := Native.endProgram
      tellExit := Native.tellExit
      complain := Native.complain
    }
  }

private def bigEndian (bytes : ByteArray) : Nat :=
  bytes.foldl (fun value byte => value * 256 + byte.toNat) 0

private def fourBytes (value : Nat) : ByteArray :=
  ⟨#[24, 16, 8, 0].map fun shift => UInt8.ofNat (value >>> shift % 256)⟩

/-- Reads exactly as many bytes, or fewer at the end. -/
private partial def readExactly (handle : IO.FS.Handle) (size : Nat) (read : ByteArray := .empty) : IO ByteArray := do
  if read.size ≥ size then return read
  let more ← handle.read (USize.ofNat (size - read.size))
  if more.isEmpty then return read
  readExactly handle size (read ++ more)

/-- The channel of an elaborator that is interpreted: two named pipes. Weaker, because their paths can be opened. -/
def ofPipes (requests answers : System.FilePath) : IO Channel := do
  let input ← IO.FS.Handle.mk requests .read
  let output ← IO.FS.Handle.mk answers .write
  let key ← readExactly input 8
  return {
    receive := do
      let size := bigEndian (← readExactly input 4)
      let frame ← readExactly input size
      return if frame.size == size then frame else .empty
    send := fun payload => do
      output.write (key ++ fourBytes payload.size ++ payload)
      output.flush
    await? := none
    wake := pure ()
    trim := pure ()
    descriptors? := none
  }

/-- Sends a message. -/
def tell (channel : Channel) (message : Json) : IO Unit :=
  channel.send message.compress.toUTF8

end Channel

end Elaborator
