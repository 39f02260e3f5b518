-- Price exceptions that were approved by a role that may, with a justification, by the moment that matters.
-- One row per as-of date, opportunity and moment that has one.
select distinct
    moments.as_of_on,
    moments.opportunity_id,
    moments.line_at,
from working.price_moments as moments
inner join working.approvals as approvals
    on moments.as_of_on = approvals.as_of_on
    and moments.opportunity_id = approvals.opportunity_id
    and approvals.decided_at <= moments.line_at
inner join staging.approval_roles as roles
    on approvals.role = roles.role
where approvals.kind = 'price'
    and approvals.decision = 'approved'
    and trim(coalesce(approvals.justification, '')) <> ''
