-- A structure, a function on it, and a value.
structure Point where
  x : Nat
  y : Nat

def Point.swap (p : Point) : Point := { x := p.y, y := p.x }

#eval (Point.swap { x := 1, y := 2 }).x
