-- statement
def base : Nat := 2
def power : Nat := base ^ 3
theorem power_eq : power = 8 := sorry
-- submission
def base : Nat := 2
theorem base_pos : 0 < base := by decide
def extra : Nat := 5
def power : Nat := base ^ 3
theorem power_eq : power = 8 := rfl
