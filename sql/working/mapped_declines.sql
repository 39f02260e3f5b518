-- Closings for a loss reason that the settings map to declined, of deals that were opened again or won after all.
-- One row per as-of date, opportunity and such closing. Those that still stand are in working.dated_deals.
with closings as (
    select
        versions.last_file_number,
        versions.opportunity_id,
        versions.closing_at,
        versions.is_closed and not coalesce(versions.is_won, false) and reasons.outcome = 'declined' as is_mapped,
        lead(versions.evidence_from_at) over later_versions as next_from_at,
        lead(versions.is_closed) over later_versions as is_next_closed,
        lead(versions.is_won) over later_versions as is_next_won,
        lead(versions.closing_at) over later_versions as next_closing_at,
    from working.opportunity_versions as versions
    left join staging.loss_reasons as reasons
        on trim(versions.loss_reason) = reasons.loss_reason
    window later_versions as (
        partition by versions.last_file_number, versions.opportunity_id order by versions.version_number
    )
)

select
    weeks.as_of_on,
    closings.opportunity_id,
    closings.closing_at as decided_at,
from staging.weeks as weeks
inner join closings
    on weeks.last_file_number = closings.last_file_number
    and closings.next_from_at < weeks.as_of_end_at
left join working.review_answers as answers
    on weeks.as_of_on = answers.as_of_on
    and closings.opportunity_id = answers.opportunity_id
left join (
    select distinct as_of_on, opportunity_id
    from working.declined_rows
    where kind = 'real'
) as recorded
    on weeks.as_of_on = recorded.as_of_on
    and closings.opportunity_id = recorded.opportunity_id
where closings.is_mapped
    -- A later version that is closed as well corrects the closing, unless the deal was won later on.
    and (not closings.is_next_closed or (closings.is_next_won and closings.next_closing_at > closings.closing_at))
    and answers.opportunity_id is null
    and recorded.opportunity_id is null
