-- statement
import Std.Data.HashMap
theorem empty_size : (∅ : Std.HashMap Nat Nat).size = 0 := sorry
-- submission
import Std.Data.HashMap
theorem empty_size : (∅ : Std.HashMap Nat Nat).size = 0 := Std.HashMap.size_empty
