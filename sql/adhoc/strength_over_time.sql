-- How has our strength moved, week by week?
-- $weeks = 13: so many weeks back.
-- Without rows: No week has been scored.
select
    as_of_on,
    weeks_left,
    gap_amount,
    attainment_probability,
    batna_strength,
    weak_rep_count,
    rep_count,
from marts.company_week
where as_of_on > (select max(latest.as_of_on) from marts.company_week as latest) - 7 * cast($weeks as integer)
order by as_of_on desc
