-- From when to when the conduct of reps is looked at: the quarter to date and the four before it.
-- One row per as-of date.
select
    weeks.as_of_on,
    weeks.last_file_number,
    weeks.history_start_on as from_on,
    days.start_at as from_at,
    weeks.as_of_end_at,
from staging.weeks as weeks
inner join staging.days as days
    on weeks.history_start_on = days.day_on
