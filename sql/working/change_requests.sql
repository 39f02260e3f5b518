-- Changes that buyers had asked for by each as-of date, and what was answered.
-- One row per as-of date, opportunity_id, requested_at and kind.
with known as (
    select
        weeks.as_of_on,
        change_requests.*,
        row_number() over (
            partition by weeks.as_of_on, change_requests.opportunity_id, change_requests.requested_at, change_requests.kind
            order by change_requests.version_from_at desc, change_requests.file_number desc, change_requests.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.change_requests as change_requests
        on change_requests.file_number <= weeks.last_file_number
        and change_requests.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    requested_at,
    lower(trim(kind)) as kind,
    value,
    answered_at,
    answer,
    alternative_offered,
from known
where recency = 1
