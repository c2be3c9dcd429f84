-- cheat 22
-- verdict undecided
-- reason memory-limit sandbox-failed time-limit
-- statement
theorem t : 2 + 2 = 5 := sorry
-- submission
def fill : IO Unit := do
  let mut all : Array ByteArray := #[]
  while true do
    all := all.push (ByteArray.mk (.replicate 1000000 (UInt8.ofNat (all.size % 7))))
#eval fill
theorem t : 2 + 2 = 5 := sorry
