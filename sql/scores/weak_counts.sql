-- How many reps stood under the line for weak, for later weeks to compare themselves with.
-- One row per as-of date. is_banded: whether that week gave bands to reps at all.
select
    weeks.as_of_on,
    weeks.weeks_left,
    weak_reps.weak_rep_count,
    weak_reps.scored_rep_count,
    coalesce(status.is_calibrated and status.has_unborn, false) as is_banded,
from staging.weeks as weeks
inner join working.weak_reps as weak_reps
    on weeks.as_of_on = weak_reps.as_of_on
    and weak_reps.group_kind = 'company'
left join working.learning_status as status
    on weeks.as_of_on = status.as_of_on
