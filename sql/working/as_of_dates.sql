-- The as-of dates of the run, beside the working tables: a view can only read its own database.
-- One row per as-of date.
select
    as_of_on,
    last_file_number,
from staging.weeks
