-- A short proof where all of Lean's library is at hand.
import Lean

theorem andSwap (p q : Prop) (h : p ∧ q) : q ∧ p := by
  cases h with
  | intro hp hq => exact ⟨hq, hp⟩
