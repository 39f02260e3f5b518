-- The quota of each rep for the quarter of the as-of date, in reporting currency: of the quarter, else of its months, half or year.
-- One row per as-of date and rep; quota_amount is NULL where a part of it has no rate.
select
    quotas.as_of_on,
    quotas.rep_id,
    quotas.quota_amount,
    quotas.is_without_rate,
    quotas.overlap_count,
    quotas.missing_month_count,
from working.quarter_quotas as quotas
inner join staging.weeks as weeks
    on quotas.as_of_on = weeks.as_of_on
    and quotas.quarter_start_on = weeks.quarter_start_on
