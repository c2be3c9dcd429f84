-- statement
theorem length_append' (xs ys : List α) : (xs ++ ys).length = xs.length + ys.length := sorry
-- submission
theorem length_append' {α : Type u_1} (xs ys : List α) : (xs ++ ys).length = xs.length + ys.length :=
  List.length_append
