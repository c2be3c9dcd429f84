-- Doubles a text for ever while elaborating: only to be run where memory is limited.
partial def grow (s : String) : String := grow (s ++ s)

#eval (grow "x").length
