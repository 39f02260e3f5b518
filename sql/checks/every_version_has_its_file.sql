-- Every version of an opportunity comes from a file in the ledger.
select weeks.as_of_on, opportunities.opportunity_id as id
from staging.weeks as weeks
inner join raw.opportunities as opportunities
    on opportunities.file_number <= weeks.last_file_number
left join ops.files as files
    on opportunities.file_number = files.file_number
    and files.entity = 'opportunities'
where files.file_number is null
