-- What a week could learn from: where its probabilities come from, and how much business that is not in the pipeline yet is known from.
-- One row per as-of date.
select
    learning.as_of_on,
    learning.probability_source,
    learning.deal_count,
    learning.quarter_count,
    learning.unborn_rep_quarter_count,
from scores.learning as learning
