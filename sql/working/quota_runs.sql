-- How a rep's wins of a quarter added up, deal by deal in order of closing, against the quota of that quarter.
-- One row per as-of date, rep and won deal that counts towards quota, of every quarter in which the rep has a quota. Reporting currency.
with won as (
    select
        deals.as_of_on,
        quarters.quarter_start_on,
        shares.rep_id,
        deals.opportunity_id,
        deals.closing_at,
        cast(deals.reporting_amount as decimal(28, 4)) * cast(shares.share as decimal(10, 6)) as won_amount,
    from working.dated_deals as deals
    inner join staging.quarters as quarters
        on deals.closed_on between quarters.quarter_start_on and quarters.quarter_end_on
    inner join working.deal_shares as shares
        on deals.as_of_on = shares.as_of_on
        and deals.opportunity_id = shares.opportunity_id
    inner join working.quota_types as types
        on deals.as_of_on = types.as_of_on
        and deals.opportunity_id = types.opportunity_id
        and types.is_quota_type
    where deals.outcome = 'won' and deals.reporting_amount is not null
),

running as (
    select
        won.as_of_on,
        won.quarter_start_on,
        won.rep_id,
        won.opportunity_id,
        won.closing_at,
        won.won_amount,
        quotas.quota_amount,
        sum(won.won_amount) over (
            partition by won.as_of_on, won.quarter_start_on, won.rep_id
            order by won.closing_at, won.opportunity_id
            rows between unbounded preceding and current row
        ) as total_amount,
    from won
    inner join working.quarter_quotas as quotas
        on won.as_of_on = quotas.as_of_on
        and won.quarter_start_on = quotas.quarter_start_on
        and won.rep_id = quotas.rep_id
    where quotas.quota_amount > 0
)

select
    as_of_on,
    quarter_start_on,
    rep_id,
    opportunity_id,
    closing_at,
    cast(won_amount as decimal(18, 4)) as won_amount,
    quota_amount,
    total_amount >= quota_amount as is_made,
    total_amount >= quota_amount and total_amount - won_amount < quota_amount as is_crossing,
from running
