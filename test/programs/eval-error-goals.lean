-- An error that looks as if fifteen thousand goals were left; Lean 4.27 takes time for a message that is quadratic in its lines.
#eval (throw (IO.userError ("unsolved goals\n" ++ String.join (List.replicate 15000 "⊢ a\n\n"))) : IO Unit)
