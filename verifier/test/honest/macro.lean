-- statement
macro "two" : term => `(2)
theorem two_two : two + two = 4 := sorry
-- submission
macro "two" : term => `(2)
macro "finish" : tactic => `(tactic| rfl)
theorem two_two : two + two = 4 := by finish
