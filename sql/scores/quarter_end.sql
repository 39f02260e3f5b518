-- Wins, discounts and walk-away points by week of the fiscal quarter.
-- One row per quarter, week of the quarter and as-of date. Expected discounts and crossings are NULL until they are computed.
with won as (
    select
        deals.as_of_on,
        quarters.quarter_start_on,
        least(date_diff('day', quarters.quarter_start_on, deals.closed_on) // 7 + 1, 13) as week_number,
        deals.reporting_amount,
        case
            when deals.list_amount > 0 and deals.price_amount is not null
                then cast(cast(deals.price_amount as decimal(28, 4)) * deals.rate_to_reporting as decimal(18, 4))
        end as listed_price_amount,
        case
            when deals.list_amount > 0 and deals.price_amount is not null
                then cast(cast(deals.list_amount as decimal(28, 4)) * deals.rate_to_reporting as decimal(18, 4))
        end as list_amount,
        deals.zone,
    from staging.deals as deals
    inner join staging.quarters as quarters
        on deals.closed_on between quarters.quarter_start_on and quarters.quarter_end_on
    where deals.outcome = 'won'
)

select
    won.as_of_on,
    won.quarter_start_on,
    won.week_number,
    count(*) as won_count,
    sum(won.reporting_amount) as won_amount,
    1 - cast(sum(won.listed_price_amount) as double) / nullif(cast(sum(won.list_amount) as double), 0)
        as discount_ratio,
    cast(null as double) as expected_discount_ratio,
    case
        when bool_or(sources.has_lines) then count(case when won.zone in ('approval', 'walk') then 1 end)
    end as below_threshold_count,
    cast(null as bigint) as crossing_count,
from won
inner join working.line_sources as sources
    on won.as_of_on = sources.as_of_on
group by won.as_of_on, won.quarter_start_on, won.week_number
