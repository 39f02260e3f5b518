-- Open, won, declined, lost or void: one of them, for every deal.
select deals.as_of_on, deals.opportunity_id as id
from staging.deals as deals
where deals.outcome is null
    or deals.outcome not in ('open', 'won', 'declined', 'lost', 'void')
    or (deals.decline_origin is not null) <> (deals.outcome = 'declined')
