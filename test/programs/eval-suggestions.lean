-- A message that suggests five thousand things.
#eval IO.print ("Try these:\n" ++ String.join (List.replicate 5000 "  [apply] exact \"it's no proof\"\n"))
