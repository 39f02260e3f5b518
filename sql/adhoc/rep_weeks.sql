-- How has one rep's quarter moved, week by week?
-- $rep = null: id of a rep; null: everybody.
-- $weeks = 13: so many weeks back.
-- Without rows: Nobody of this id has a scorecard.
select
    rep_id,
    rep_name,
    as_of_on,
    quota_amount,
    won_amount,
    gap_amount,
    attainment_probability,
    batna_strength,
    batna_band,
    open_count,
    table_count,
from marts.rep_scorecard
where ($rep is null or rep_id = $rep)
    and as_of_on > (select max(latest.as_of_on) from marts.company_week as latest) - 7 * cast($weeks as integer)
order by rep_id, as_of_on desc
