-- statement
theorem imp_trans (p q r : Prop) (h : p → q) (g : q → r) : p → r := sorry
-- submission
theorem imp_trans (a b c : Prop) (f : a → b) (g : b → c) : a → c := fun x => g (f x)
