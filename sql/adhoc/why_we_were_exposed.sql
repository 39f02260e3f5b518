-- Which reasons to walk away do deals meet most, and how do they end?
-- $quarter = null: a fiscal quarter, as 2026-Q3; null: all.
-- Without rows: No deal met a reason to walk away.
with reasons as (
    select
        trim(reasons.reason) as reason,
        exposures.ending,
    from marts.exposures as exposures
    cross join unnest(string_split(exposures.triggers, ',')) as reasons (reason)
    where $quarter is null or exposures.quarter_start_on = $quarter
)

select
    reason,
    count(*) as exposure_count,
    count(case when ending = 'held' then 1 end) as held_count,
    count(case when ending = 'excused' then 1 end) as excused_count,
    count(case when ending = 'broken' then 1 end) as broken_count,
from reasons
group by reason
order by exposure_count desc, reason
