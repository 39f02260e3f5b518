-- Moments at which rates and quotas must be told: the end of each week being scored and of each finished quarter it learns from.
-- One row per last_file_number and moment; known_until_at is exclusive, and the quarter is the one that known_on lies in.
select
    weeks.last_file_number,
    weeks.as_of_on as known_on,
    weeks.as_of_end_at as known_until_at,
    weeks.quarter_start_on,
    weeks.quarter_end_on,
from staging.weeks as weeks
union
select
    quarters.last_file_number,
    quarters.past_end_on,
    quarters.past_end_at,
    quarters.past_start_on,
    quarters.past_end_on,
from working.learning_quarters as quarters
