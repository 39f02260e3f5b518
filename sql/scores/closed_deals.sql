-- Deals that ended in the quarter so far, and how: what became of last week's candidates.
-- One row per as-of date and opportunity that ended in the quarter; one whose ending has no day is kept. Money in reporting currency.
select
    deals.as_of_on,
    deals.opportunity_id,
    deals.opportunity_name,
    deals.outcome,
    deals.ended_on,
    deals.reporting_amount as amount,
from working.dated_deals as deals
inner join staging.weeks as weeks
    on deals.as_of_on = weeks.as_of_on
where deals.outcome <> 'open'
    and (deals.ended_on is null or deals.ended_on between weeks.quarter_start_on and weeks.quarter_end_on)
