-- The moments at which a deal's walk-away point matters: its closing, the as-of date while it is open, and each decline.
-- One row per as-of date, opportunity and moment.
select
    deals.as_of_on,
    deals.opportunity_id,
    coalesce(deals.closing_at, weeks.as_of_end_at - interval 1 microsecond) as line_at,
from staging.deals as deals
inner join staging.weeks as weeks
    on deals.as_of_on = weeks.as_of_on
union
select
    declines.as_of_on,
    declines.opportunity_id,
    declines.decided_at as line_at,
from staging.declines as declines
