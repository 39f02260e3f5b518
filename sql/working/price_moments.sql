-- The moments at which a deal's last price is judged: its closing, the as-of date while it is open, and each decline.
-- One row per as-of date, opportunity and moment.
select
    deals.as_of_on,
    deals.opportunity_id,
    deals.line_at,
from working.dated_deals as deals
union
select
    declines.as_of_on,
    declines.opportunity_id,
    declines.decided_at as line_at,
from staging.declines as declines
