-- An error of nothing but apostrophes.
#eval (throw (IO.userError (String.join (List.replicate 100000 "'"))) : IO Unit)
