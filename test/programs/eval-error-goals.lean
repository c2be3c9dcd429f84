-- An error that looks as if a quarter of a million goals were left.
#eval (throw (IO.userError ("unsolved goals\n" ++ String.join (List.replicate 250000 "⊢ a\n\n"))) : IO Unit)
