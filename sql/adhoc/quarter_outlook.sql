-- How does the quarter stand, for the company and each team?
-- Without rows: No week has been scored.
select
    'company' as team,
    quota_amount,
    won_amount,
    gap_amount,
    attainment_probability,
    batna_strength,
    batna_band,
    weak_rep_count,
    rep_count,
from marts.company_week
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
union all
select
    team,
    quota_amount,
    won_amount,
    gap_amount,
    attainment_probability,
    batna_strength,
    batna_band,
    weak_rep_count,
    rep_count,
from marts.team_scorecard
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
order by 1
