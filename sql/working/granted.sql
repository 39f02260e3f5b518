-- Which exceptions had been granted by the end of the talks about a deal (03-metrics.md, section 5).
-- One row per as-of date, opportunity and end that has an approval decided by then.
select
    ends.as_of_on,
    ends.opportunity_id,
    ends.end_at,
    bool_or(
        approvals.kind = 'price'
        and roles.role is not null
        and trim(coalesce(approvals.justification, '')) <> ''
    ) as is_price_granted,
    bool_or(approvals.kind = 'term' and approvals.role = 'legal') as is_legal_granted,
    bool_or(approvals.kind = 'term' and approvals.role = 'c_level') as is_c_level_granted,
    bool_or(approvals.kind = 'fit' and approvals.role = 'strategic_review') as is_fit_granted,
    bool_or(approvals.kind in ('price', 'term', 'fit')) as is_any_granted,
from working.deal_ends as ends
inner join working.approvals as approvals
    on ends.as_of_on = approvals.as_of_on
    and ends.opportunity_id = approvals.opportunity_id
    and approvals.decided_at <= ends.end_at
left join staging.approval_roles as roles
    on approvals.role = roles.role
where approvals.decision = 'approved'
group by ends.as_of_on, ends.opportunity_id, ends.end_at
