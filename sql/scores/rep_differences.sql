-- Reps beside their team in every measure that is a share: shrunk to the team, and told only where at most a tenth of all that is told
-- would be chance (03-metrics.md, section 0). What is not reported reads "like the team".
-- One row per as-of date, measure and rep with a case. team_share: the team without the rep, shrunk to the company.
select
    shares.as_of_on,
    shares.measure,
    shares.rep_id,
    shares.success_count,
    shares.trial_count,
    cast(shares.success_count as double) / shares.trial_count as share,
    tails.team_share,
    tails.shrunk_share,
    tails.shrunk_low,
    tails.shrunk_high,
    tails.p_value,
    coalesce(tails.is_reported, false) as is_reported,
    case
        when not coalesce(tails.is_reported, false) then null
        when cast(shares.success_count as double) / shares.trial_count > tails.team_share then 'above'
        else 'below'
    end as direction,
from working.rep_shares as shares
left join working.rep_tails as tails
    on shares.as_of_on = tails.as_of_on
    and shares.measure = tails.measure
    and shares.rep_id = tails.rep_id
where shares.trial_count > 0
