-- Never finishes elaborating: burns CPU until it is killed.
partial def spin (n : Nat) : Nat := spin (n + 1)

#eval spin 0
