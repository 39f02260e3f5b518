-- Every record of a file was loaded, said nothing new, or was refused.
select weeks.as_of_on, files.file_name as id
from staging.weeks as weeks
inner join ops.files as files
    on files.file_number <= weeks.last_file_number
where files.rows_in <> files.rows_loaded + files.rows_unchanged + files.rows_refused
