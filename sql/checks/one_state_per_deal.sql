-- A deal stands in one state at a time.
select deals.as_of_on, deals.opportunity_id as id
from staging.deals as deals
group by deals.as_of_on, deals.opportunity_id
having count(*) > 1
