-- statement
def twice.{u} {α : Type u} (f : α → α) (a : α) : α := f (f a)
theorem twice_id.{u} {α : Type u} (a : α) : twice id a = a := sorry
-- submission
universe w
def twice {α : Type w} (f : α → α) (a : α) : α := f (f a)
theorem twice_id {α : Type w} (a : α) : twice id a = a := rfl
