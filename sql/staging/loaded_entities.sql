-- Entities of which a week may see at least one file.
-- One row per as-of date and entity.
select distinct
    weeks.as_of_on,
    files.entity,
from staging.weeks as weeks
inner join ops.files as files
    on files.file_number <= weeks.last_file_number
