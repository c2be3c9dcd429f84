-- One command with a very long message: 50000 lines.
#eval IO.print (String.join (List.replicate 50000 "one more line of many\n"))
