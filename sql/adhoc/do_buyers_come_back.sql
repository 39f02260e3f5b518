-- Do buyers come back after we leave, and how soon?
-- Without rows: No decline is old enough to tell, or none is recorded.
select
    basis,
    exit_type,
    window_days,
    ended_count,
    returned_count,
    return_rate,
    return_rate_low,
    return_rate_high,
from marts.return_rates
order by basis, exit_type, window_days
