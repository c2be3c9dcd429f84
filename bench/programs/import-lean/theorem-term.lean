-- A theorem by a term where all of Lean's library is at hand.
import Lean

theorem swapped (a b : Nat) : a + b = b + a := Nat.add_comm a b
