-- Time traps that a week may know of: its own, and those of the weeks scored before that it may see.
-- One row per as-of date, opportunity and week in which the deal was one.
select
    traps.as_of_on,
    traps.opportunity_id,
    traps.as_of_on as seen_on,
from scores.time_traps as traps
inner join staging.weeks as weeks
    on traps.as_of_on = weeks.as_of_on
union all
select
    weeks.as_of_on,
    traps.opportunity_id,
    traps.as_of_on,
from staging.weeks as weeks
inner join ops.weeks as earlier
    on earlier.as_of_on < weeks.as_of_on
    and earlier.scored_number <= weeks.scored_number
inner join scores.time_traps as traps
    on earlier.as_of_on = traps.as_of_on
