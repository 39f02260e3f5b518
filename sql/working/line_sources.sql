-- Whether any deal of the workspace has a walk-away point at all; where none has, price measures are unknown, not zero.
-- One row per as-of date.
select
    weeks.as_of_on,
    count(lines.threshold_base) > 0 as has_lines,
    count(lines.floor_base) > 0 as has_floors,
from staging.weeks as weeks
left join working.walk_away_lines as lines
    on weeks.as_of_on = lines.as_of_on
group by weeks.as_of_on
