-- An error of three million characters, all in one line.
#eval (throw (IO.userError (String.join (List.replicate 300000 "it's \"no\" "))) : IO Unit)
