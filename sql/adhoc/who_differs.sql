-- Who differs from the team by more than chance, and in what?
-- Without rows: Nobody does: what is seen of single reps may be chance.
select
    differences.measure,
    cards.rep_name,
    cards.team,
    differences.success_count,
    differences.trial_count,
    differences.share,
    differences.team_share,
    differences.direction,
    differences.p_value,
from marts.rep_differences as differences
inner join marts.rep_scorecard as cards
    on differences.as_of_on = cards.as_of_on
    and differences.rep_id = cards.rep_id
where differences.as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
    and differences.is_reported
order by differences.measure, differences.p_value, cards.rep_name
