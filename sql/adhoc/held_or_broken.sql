-- When a deal met a reason to walk away, did we hold?
-- Without rows: No deal met a reason to walk away.
select
    quarter_start_on,
    count(*) as exposure_count,
    count(case when ending = 'held' then 1 end) as held_count,
    count(case when ending = 'excused' then 1 end) as excused_count,
    count(case when ending = 'broken' then 1 end) as broken_count,
    count(case when ending = 'unknown' then 1 end) as unknown_count,
    count(case when ending is null then 1 end) as open_count,
from marts.exposures
group by quarter_start_on
order by quarter_start_on desc
