-- cheat 9
-- step compare
-- reason statement-differs
-- statement
theorem t : Nat.succ 1 = 1 := sorry
-- submission
namespace Mine
def Nat.succ (n : Nat) : Nat := n
end Mine
open Mine
theorem t : Mine.Nat.succ 1 = 1 := rfl
