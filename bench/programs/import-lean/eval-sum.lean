-- A sum, by someone who imports more than it takes.
import Lean
#eval 10 + 20
