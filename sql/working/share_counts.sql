-- Every pair of counts of which a share is shown with its interval (03-metrics.md, section 0, small samples).
-- One row per distinct pair; working.jeffreys answers each of them.
with pairs as (
    select hug_count as success_count, lined_won_count as trial_count from working.group_endings
)

select distinct
    success_count,
    trial_count,
from pairs
where trial_count > 0
