-- A deal that closes after the as-of date is still open on it.
select deals.as_of_on, deals.opportunity_id as id
from staging.deals as deals
where deals.outcome in ('won', 'lost') and deals.closed_on > deals.as_of_on
