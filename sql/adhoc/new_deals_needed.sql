-- Who needs how many new deals, and by when?
-- $team = null: one team; null: all.
-- Without rows: Nobody whose band is weak has a history from which that can be told.
select
    rep_name,
    team,
    batna_strength,
    gap_amount,
    deals_needed,
    deals_needed_by_on,
    new_deal_amount,
    new_deal_probability,
    new_deal_source,
from marts.rep_scorecard
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and deals_needed > 0
    and ($team is null or team = $team)
order by deals_needed desc, rep_name
