-- The as-of dates that were scored and the quarter each lies in.
-- One row per as-of date.
select
    weeks.as_of_on,
    weeks.quarter_start_on,
    weeks.quarter_end_on,
    quarters.quarter_label,
    weeks.week_number,
    weeks.weeks_left,
    weeks.last_file_number,
from staging.weeks as weeks
inner join staging.quarters as quarters
    on weeks.quarter_start_on = quarters.quarter_start_on
