-- An error that looks as if half a million goals were left.
#eval (throw (IO.userError ("unsolved goals\n" ++ String.join (List.replicate 500000 "⊢ a\n\n"))) : IO Unit)
