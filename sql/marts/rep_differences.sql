-- Reps beside their team in every measure that is a share, shrunk to the team; what is not reported reads "like the team".
-- One row per as-of date, measure and rep with a case.
select
    differences.as_of_on,
    differences.measure,
    differences.rep_id,
    differences.success_count,
    differences.trial_count,
    differences.share,
    differences.team_share,
    differences.shrunk_share,
    differences.shrunk_low,
    differences.shrunk_high,
    differences.p_value,
    differences.is_reported,
    differences.direction,
from scores.rep_differences as differences
