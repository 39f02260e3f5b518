-- Approvals that were asked for by each as-of date; what was decided later is pending then, whatever the row says by now.
-- One row per as-of date, opportunity_id, kind, role and requested_at.
with known as (
    select
        weeks.as_of_on,
        approvals.*,
        coalesce(approvals.decided_at >= weeks.as_of_end_at, false) as is_decided_later,
        row_number() over (
            partition by weeks.as_of_on, approvals.opportunity_id, approvals.kind, approvals.role, approvals.requested_at
            order by approvals.version_from_at desc, approvals.file_number desc, approvals.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.approvals as approvals
        on approvals.file_number <= weeks.last_file_number
        and approvals.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    kind,
    role,
    requested_at,
    case when is_decided_later then 'pending' else decision end as decision,
    case when not is_decided_later then decided_at end as decided_at,
    justification,
from known
where recency = 1
