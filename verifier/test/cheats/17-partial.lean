-- cheat 17
-- reason does-not-compile
-- statement
theorem t : False := sorry
-- submission
partial def wrong : False := wrong
theorem t : False := wrong
