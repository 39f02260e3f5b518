-- How many of the reps who had a band were weak, for later weeks to compare themselves with.
-- One row per as-of date.
select
    weeks.as_of_on,
    weeks.weeks_left,
    count(case when bands.batna_band = 'weak' then 1 end) as weak_rep_count,
    count(bands.batna_band) as banded_rep_count,
from staging.weeks as weeks
left join working.bands as bands
    on weeks.as_of_on = bands.as_of_on
    and bands.book_kind = 'rep'
group by weeks.as_of_on, weeks.weeks_left
