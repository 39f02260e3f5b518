-- Requests for exceptions by kind and role: of the quarter to date, and of the four quarters before (4q).
-- One row per as-of date, period, kind and role.
with dated as (
    select
        verdicts.*,
        case when verdicts.asked_at >= weeks.quarter_start_at then 'quarter' else '4q' end as period,
    from working.approval_verdicts as verdicts
    inner join staging.weeks as weeks
        on verdicts.as_of_on = weeks.as_of_on
    left join staging.days as days
        on weeks.history_start_on = days.day_on
    where verdicts.asked_at >= days.start_at
)

select
    as_of_on,
    period,
    kind,
    role,
    count(*) as requested_count,
    count(case when decision = 'approved' then 1 end) as approved_count,
    count(case when decision = 'refused' then 1 end) as refused_count,
    count(case when decision = 'pending' then 1 end) as pending_count,
    count(case when is_late then 1 end) as late_count,
    count(case when is_unjustified then 1 end) as unjustified_count,
    count(case when is_wrong_role then 1 end) as wrong_role_count,
from dated
group by as_of_on, period, kind, role
