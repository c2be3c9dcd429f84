-- cheat 11
-- step kernel
-- reason kernel-rejected
-- statement
theorem t : False := sorry
-- submission
prelude
inductive False : Prop where
  | intro : False
theorem t : False := False.intro
