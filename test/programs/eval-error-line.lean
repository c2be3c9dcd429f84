-- An error of four million characters, all in one line.
#eval (throw (IO.userError (String.join (List.replicate 400000 "it's \"no\" "))) : IO Unit)
