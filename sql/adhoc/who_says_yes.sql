-- How often does each role approve what it is asked?
-- $period = 4q: quarter (to date) or 4q (the four before it).
-- Without rows: No approvals of that period were loaded.
select
    kind,
    role,
    requested_count,
    approved_count,
    refused_count,
    approval_rate,
    approval_rate_low,
    approval_rate_high,
    late_count,
    unjustified_count,
from marts.approval_rates
where period = $period
order by kind, role
