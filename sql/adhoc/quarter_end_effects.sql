-- What goes with the end of a quarter, and with a quarter that is safe?
-- Without rows: No week has been scored.
select
    effect,
    is_reported,
    estimate,
    low,
    high,
    deal_count,
    quarter_count,
    reason,
from marts.effects
where as_of_on = (select max(latest.as_of_on) from marts.company_week as latest)
order by effect
