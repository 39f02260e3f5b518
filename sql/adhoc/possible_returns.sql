-- Which new deals may be buyers whom we left, coming back?
-- Without rows: No new deal looks like one that we left.
select
    opportunity_id,
    opportunity_name,
    ended_on,
    ended_amount,
    new_opportunity_id,
    new_amount,
    new_outcome,
    days_to_return,
    amount_ratio,
from marts.possible_returns
order by ended_on desc, opportunity_id
