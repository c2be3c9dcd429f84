-- The least that Lean can be asked: the value of a sum.
#eval 10 + 20
