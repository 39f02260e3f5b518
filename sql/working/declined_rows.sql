-- Rows of the decline register that were decided by each as-of date.
-- One row per as-of date, opportunity_id and decided_at.
with known as (
    select
        weeks.as_of_on,
        declines.*,
        coalesce(declines.communicated_at >= weeks.as_of_end_at, false) as is_communicated_later,
        row_number() over (
            partition by weeks.as_of_on, declines.opportunity_id, declines.decided_at
            order by declines.version_from_at desc, declines.file_number desc, declines.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.declines as declines
        on declines.file_number <= weeks.last_file_number
        and declines.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    decided_at,
    coalesce(kind, 'real') as kind,
    reason,
    demanded_amount,
    currency,
    rationale,
    confirmed_by,
    escalated_to,
    escalation_outcome,
    case when not is_communicated_later then communicated_at end as communicated_at,
    exit_type,
    reentry_min_amount,
    reentry_conditions,
    referred_to,
    lesson,
from known
where recency = 1
