-- statement
namespace Geometry
def side : Nat := 3
theorem side_pos : 0 < side := sorry
end Geometry
-- submission
namespace Geometry
def side : Nat := 3
end Geometry
open Geometry
theorem Geometry.side_pos : 0 < side := by decide
