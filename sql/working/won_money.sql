-- Money won so far in the quarter of the as-of date that counts towards quota, by the rep it belongs to.
-- One row per as-of date, rep and won opportunity. Reporting currency.
select
    deals.as_of_on,
    shares.rep_id,
    deals.opportunity_id,
    cast(
        cast(deals.reporting_amount as decimal(28, 4)) * cast(shares.share as decimal(10, 6)) as decimal(18, 4)
    ) as won_amount,
from working.dated_deals as deals
inner join staging.weeks as weeks
    on deals.as_of_on = weeks.as_of_on
inner join working.deal_shares as shares
    on deals.as_of_on = shares.as_of_on
    and deals.opportunity_id = shares.opportunity_id
inner join working.quota_types as types
    on deals.as_of_on = types.as_of_on
    and deals.opportunity_id = types.opportunity_id
where deals.outcome = 'won'
    and deals.closed_on between weeks.quarter_start_on and weeks.quarter_end_on
    and deals.reporting_amount is not null
    and types.is_quota_type
