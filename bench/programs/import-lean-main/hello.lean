-- A program that prints one line where all of Lean's library is at hand.
import Lean

def main : IO Unit := IO.println "Hello, Lean4!"
