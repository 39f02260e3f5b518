-- Changes that buyers had asked for by each as-of date, and what was answered by then.
-- One row per as-of date, opportunity_id, requested_at and kind.
with known as (
    select
        weeks.as_of_on,
        change_requests.*,
        coalesce(change_requests.answered_at >= weeks.as_of_end_at, false) as is_answered_later,
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
    case when not is_answered_later then answered_at end as answered_at,
    case when not is_answered_later then answer end as answer,
    case when not is_answered_later then alternative_offered end as alternative_offered,
from known
where recency = 1
