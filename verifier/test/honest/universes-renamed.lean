-- statement
theorem pair_eta.{u, v} {α : Type u} {β : Type v} (p : α × β) : (p.1, p.2) = p := sorry
-- submission
theorem pair_eta.{w, z} {α : Type w} {β : Type z} (p : α × β) : (p.1, p.2) = p := rfl
