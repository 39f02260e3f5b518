-- The usual share of weak reps with so many weeks left, over the weeks with bands that were scored before.
-- One row per as-of date that has such a week.
select
    weeks.as_of_on,
    cast(sum(earlier.weak_rep_count) as double) / sum(earlier.banded_rep_count) as usual_weak_share,
    cast(sum(earlier.banded_rep_count) as bigint) as usual_rep_count,
from staging.weeks as weeks
inner join ops.weeks as scored
    on scored.as_of_on < weeks.as_of_on
    and coalesce(scored.scored_number, 0) <= weeks.scored_number
inner join scores.weak_counts as earlier
    on scored.as_of_on = earlier.as_of_on
    and earlier.weeks_left = weeks.weeks_left
where earlier.banded_rep_count > 0
group by weeks.as_of_on
