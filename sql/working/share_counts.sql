-- Every pair of counts of which a share is shown with its interval (03-metrics.md, section 0, small samples).
-- One row per distinct pair; working.jeffreys answers each of them.
with pairs as (
    select hug_count as success_count, lined_won_count as trial_count from working.group_endings
    union all
    select count(case when is_below_threshold then 1 end), count(zone)
    from working.won_prices
    group by as_of_on, quarter_start_on, week_number
    union all
    select held_count, held_count + excused_count + broken_count from working.group_exposures
    union all
    select held_4q_count, held_4q_count + excused_4q_count + broken_4q_count from working.group_exposures
)

select distinct
    success_count,
    trial_count,
from pairs
where trial_count > 0
