-- A type class, instances that build on each other, and code for which they must be found.
class Shape (α : Type) where
  area : α → Nat
  name : α → String

structure Square where
  side : Nat

structure Rectangle where
  width : Nat
  height : Nat

instance : Shape Square where
  area s := s.side * s.side
  name _ := "square"

instance : Shape Rectangle where
  area r := r.width * r.height
  name _ := "rectangle"

instance {α β : Type} [Shape α] [Shape β] : Shape (α × β) where
  area p := Shape.area p.1 + Shape.area p.2
  name p := Shape.name p.1 ++ " and " ++ Shape.name p.2

instance {α : Type} [Shape α] : Shape (List α) where
  area shapes := shapes.foldl (fun sum shape => sum + Shape.area shape) 0
  name shapes := toString shapes.length ++ " shapes"

def describe {α : Type} [Shape α] (shape : α) : String :=
  Shape.name shape ++ ": " ++ toString (Shape.area shape)

#eval describe (Square.mk 3, Rectangle.mk 2 5)
#eval describe [(Square.mk 1, Square.mk 2), (Square.mk 3, Square.mk 4)]
