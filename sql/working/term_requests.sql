-- Contract terms that buyers had asked for by each as-of date, and what had become of that by then.
-- One row per as-of date, opportunity_id, requested_at and term.
with known as (
    select
        weeks.as_of_on,
        term_requests.*,
        coalesce(term_requests.decided_at >= weeks.as_of_end_at, false) as is_decided_later,
        row_number() over (
            partition by weeks.as_of_on, term_requests.opportunity_id, term_requests.requested_at, term_requests.term
            order by term_requests.version_from_at desc, term_requests.file_number desc, term_requests.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.term_requests as term_requests
        on term_requests.file_number <= weeks.last_file_number
        and term_requests.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    requested_at,
    lower(trim(term)) as term,
    lower(trim(value)) as value,
    case when is_decided_later then 'requested' else status end as status,
    case when not is_decided_later then decided_at end as decided_at,
from known
where recency = 1
