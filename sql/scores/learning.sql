-- What a week could learn from: where its probabilities come from, and how much business that is not in the pipeline yet is known from.
-- One row per as-of date. unborn_rep_quarter_count: finished rep-quarters of the company behind N, NULL where N is unknown.
with unborn as (
    select
        last_file_number,
        quarter_start_on,
        max(rep_quarter_count) as rep_quarter_count,
    from working.unborn_shares
    where segment = ''
    group by last_file_number, quarter_start_on
)

select
    weeks.as_of_on,
    status.probability_source,
    status.deal_count,
    status.quarter_count,
    unborn.rep_quarter_count as unborn_rep_quarter_count,
from staging.weeks as weeks
inner join working.learning_status as status
    on weeks.as_of_on = status.as_of_on
left join unborn
    on weeks.last_file_number = unborn.last_file_number
    and weeks.quarter_start_on = unborn.quarter_start_on
