-- Rates to the reporting currency and the days they hold for; the reporting currency itself is worth 1.
-- One row per as-of date, currency and first day.
select
    weeks.as_of_on,
    rates.currency,
    rates.valid_from_on,
    rates.valid_to_on,
    rates.rate_to_reporting,
from staging.weeks as weeks
inner join working.known_rates as rates
    on weeks.last_file_number = rates.last_file_number
    and weeks.as_of_on = rates.known_on
