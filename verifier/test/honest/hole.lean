-- holes answer
-- verdict verified-with-holes
-- statement
def answer : Nat := sorry
theorem answer_square : answer * answer = 144 := sorry
-- submission
def answer : Nat := 12
theorem answer_square : answer * answer = 144 := rfl
