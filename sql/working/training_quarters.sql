-- Which finished quarters a quarter is predicted from: those before it, whether it is being scored or finished itself and predicted as a test.
-- One row per last_file_number, quarter of the weeks being scored, quarter predicted and training quarter; quarter_age 1 is the one just before.
with targets as (
    select distinct
        quarters.last_file_number,
        quarters.quarter_start_on,
        quarters.quarter_start_on as target_start_on,
    from working.learning_quarters as quarters
    union all
    select
        quarters.last_file_number,
        quarters.quarter_start_on,
        quarters.past_start_on,
    from working.learning_quarters as quarters
)

select
    targets.last_file_number,
    targets.quarter_start_on,
    targets.target_start_on,
    quarters.past_start_on,
    row_number() over (
        partition by targets.last_file_number, targets.quarter_start_on, targets.target_start_on
        order by quarters.past_start_on desc
    ) as quarter_age,
from targets
inner join working.learning_quarters as quarters
    on targets.last_file_number = quarters.last_file_number
    and targets.quarter_start_on = quarters.quarter_start_on
    and quarters.past_start_on < targets.target_start_on
