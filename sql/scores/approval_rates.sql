-- How often each role says yes: somebody who signs everything is not discipline.
-- One row per as-of date, period (quarter, 4q), kind and role, with a 90 % Jeffreys interval over what was decided.
select
    counts.as_of_on,
    counts.period,
    counts.kind,
    counts.role,
    counts.requested_count,
    counts.approved_count,
    counts.refused_count,
    counts.pending_count,
    counts.late_count,
    counts.unjustified_count,
    counts.wrong_role_count,
    cast(counts.approved_count as double) / nullif(counts.approved_count + counts.refused_count, 0) as approval_rate,
    bounds.share_low as approval_rate_low,
    bounds.share_high as approval_rate_high,
from working.approval_counts as counts
left join working.jeffreys as bounds
    on counts.approved_count = bounds.success_count
    and counts.approved_count + counts.refused_count = bounds.trial_count
