-- A function over a list.
#eval [1, 2, 3].map (· * 2)
