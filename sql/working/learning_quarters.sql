-- The finished quarters that the weeks of one quarter learn from: the last `probability.history_quarters` before it.
-- One row per last_file_number, quarter of the weeks being scored, and finished quarter; quarter_age 1 is the one just before.
with learning as (
    select distinct
        weeks.last_file_number,
        weeks.quarter_start_on,
    from staging.weeks as weeks
),

ranked as (
    select
        learning.last_file_number,
        learning.quarter_start_on,
        past.quarter_start_on as past_start_on,
        past.quarter_end_on as past_end_on,
        past.quarter_start_at as past_start_at,
        past.quarter_end_at as past_end_at,
        row_number() over (
            partition by learning.last_file_number, learning.quarter_start_on order by past.quarter_start_on desc
        ) as quarter_age,
    from learning
    inner join staging.quarters as past
        on past.quarter_end_on < learning.quarter_start_on
)

select
    ranked.last_file_number,
    ranked.quarter_start_on,
    ranked.past_start_on,
    ranked.past_end_on,
    ranked.past_start_at,
    ranked.past_end_at,
    ranked.quarter_age,
from ranked
cross join staging.learning_parameters as parameters
where ranked.quarter_age <= parameters.history_quarters
