-- Every request for an exception, judged against the closing of its deal: in time or late, by whom, with a reason or without.
-- One row per as-of date, opportunity_id, kind, role and requested_at.
select
    approvals.as_of_on,
    approvals.opportunity_id,
    approvals.kind,
    approvals.role,
    approvals.requested_at,
    approvals.decision,
    approvals.decided_at,
    deals.rep_id,
    deals.outcome,
    coalesce(approvals.requested_at, approvals.decided_at) as asked_at,
    approvals.decision = 'approved' and deals.outcome = 'won' and approvals.decided_at > deals.closing_at as is_late,
    approvals.decision = 'approved' and approvals.kind = 'price' and trim(coalesce(approvals.justification, '')) = ''
        as is_unjustified,
    case approvals.kind
        when 'price' then roles.role is null
        when 'term' then approvals.role not in ('legal', 'c_level')
        when 'fit' then approvals.role <> 'strategic_review'
        else false
    end as is_wrong_role,
from working.approvals as approvals
left join staging.deals as deals
    on approvals.as_of_on = deals.as_of_on
    and approvals.opportunity_id = deals.opportunity_id
left join staging.approval_roles as roles
    on approvals.role = roles.role
