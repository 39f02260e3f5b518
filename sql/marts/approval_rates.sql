-- How often each role says yes: somebody who signs everything is not discipline.
-- One row per period (quarter, 4q), kind and role, with a 90 % Jeffreys interval over what was decided.
-- Of the latest as-of date scored.
select
    approval_rates.period,
    approval_rates.kind,
    approval_rates.role,
    approval_rates.requested_count,
    approval_rates.approved_count,
    approval_rates.refused_count,
    approval_rates.pending_count,
    approval_rates.late_count,
    approval_rates.unjustified_count,
    approval_rates.wrong_role_count,
    approval_rates.approval_rate,
    approval_rates.approval_rate_low,
    approval_rates.approval_rate_high,
from scores.approval_rates as approval_rates
where approval_rates.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
