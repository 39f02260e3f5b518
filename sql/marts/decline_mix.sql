-- Declines of every quarter by why, where and when we left: reason, zone, phase, days in the stage, door, quota made or not.
-- One row per quarter, dimension and code. Each dimension holds every decline once. Money in reporting currency.
-- Of the latest as-of date scored.
select
    decline_mix.quarter_start_on,
    decline_mix.dimension,
    decline_mix.code,
    decline_mix.declined_count,
    decline_mix.good_decline_count,
    decline_mix.declined_amount,
    decline_mix.loss_avoided_amount,
from scores.decline_mix as decline_mix
where decline_mix.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
