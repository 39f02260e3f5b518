-- The quota of each rep for every quarter up to the next one, in reporting currency, as it is known on the as-of date.
-- One row per as-of date, quarter and rep; quota_amount is NULL where a part of it has no rate.
select
    weeks.as_of_on,
    quotas.quarter_start_on,
    quotas.rep_id,
    quotas.quota_amount,
    quotas.is_without_rate,
    quotas.overlap_count,
    quotas.missing_month_count,
from staging.weeks as weeks
inner join working.known_quotas as quotas
    on weeks.last_file_number = quotas.last_file_number
    and weeks.as_of_on = quotas.known_on
