-- Who can afford to walk away this week, and who cannot?
-- $team = null: one team; null: all.
-- Without rows: No rep has a scorecard: no week has been scored, or the team is not known.
select
    rep_name,
    team,
    batna_strength,
    batna_band,
    band_withheld_reason,
    attainment_probability,
    gap_amount,
    qualified_count,
    table_count,
    deals_needed,
from marts.rep_scorecard
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and ($team is null or team = $team)
order by batna_strength nulls last, rep_name
