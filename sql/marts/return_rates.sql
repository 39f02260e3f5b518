-- How often buyers came back after we left, within 7, 30, 90 and 180 days, of the declines old enough to tell.
-- One row per basis (recorded, guess; lost_guess is the control), exit type and window, with a 90 % Jeffreys interval.
-- Of the latest as-of date scored.
select
    return_rates.basis,
    return_rates.exit_type,
    return_rates.window_days,
    return_rates.ended_count,
    return_rates.returned_count,
    return_rates.return_rate,
    return_rates.return_rate_low,
    return_rates.return_rate_high,
from scores.return_rates as return_rates
where return_rates.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
