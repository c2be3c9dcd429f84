-- One command with a very long message: 5000 lines.
#eval IO.print (String.join (List.replicate 5000 "one more line of many\n"))
