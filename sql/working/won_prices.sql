-- Won deals with what they were sold at against list, and when in the quarter they were won.
-- One row per as-of date and won deal. Money in reporting currency at closing; size_band is of the list amount.
with made as (
    select
        runs.as_of_on,
        runs.quarter_start_on,
        runs.rep_id,
        min(case when runs.is_made then runs.closing_at end) as made_at,
    from working.quota_runs as runs
    group by runs.as_of_on, runs.quarter_start_on, runs.rep_id
),

won as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        deals.opportunity_name,
        deals.rep_id,
        coalesce(deals.segment, '') as segment,
        quarters.quarter_start_on,
        quarters.quarter_end_on,
        deals.closed_on,
        deals.zone,
        deals.buffer_ratio,
        deals.reporting_amount,
        date_diff('day', deals.closed_on, quarters.quarter_end_on) as days_left,
        cast(
            cast(deals.price_amount as decimal(28, 4)) * cast(deals.rate_to_reporting as decimal(28, 8)) as decimal(18, 4)
        ) as price_amount,
        cast(
            cast(deals.list_amount as decimal(28, 4)) * cast(deals.rate_to_reporting as decimal(28, 8)) as decimal(18, 4)
        ) as list_amount,
    from staging.deals as deals
    inner join staging.quarters as quarters
        on deals.closed_on between quarters.quarter_start_on and quarters.quarter_end_on
    where deals.outcome = 'won'
)

select
    won.as_of_on,
    won.opportunity_id,
    won.opportunity_name,
    won.rep_id,
    won.segment,
    won.quarter_start_on,
    won.quarter_end_on,
    won.quarter_end_on <= won.as_of_on as is_quarter_finished,
    won.closed_on,
    least(date_diff('day', won.quarter_start_on, won.closed_on) // 7 + 1, 13) as week_number,
    won.days_left,
    won.days_left < parameters.last_days as is_at_quarter_end,
    won.reporting_amount,
    won.price_amount,
    won.list_amount,
    bands.size_band,
    case when bands.size_band is not null then 1 - cast(won.price_amount as double) / cast(won.list_amount as double) end
        as discount_ratio,
    won.buffer_ratio,
    won.zone,
    won.zone in ('approval', 'walk') as is_below_threshold,
    -- Known where the start is; a quarter without a quota cannot have been made.
    case
        when starts.started_at is not null then coalesce(made.made_at <= starts.started_at, false)
    end as is_made_at_start,
    runs.is_crossing,
from won
cross join staging.parameters as parameters
left join staging.size_bands as bands
    on won.list_amount > 0
    and won.price_amount is not null
    and won.list_amount >= bands.min_amount
    and won.list_amount < bands.max_amount
left join working.negotiation_starts as starts
    on won.as_of_on = starts.as_of_on
    and won.opportunity_id = starts.opportunity_id
left join made
    on won.as_of_on = made.as_of_on
    and won.quarter_start_on = made.quarter_start_on
    and won.rep_id = made.rep_id
left join working.quota_runs as runs
    on won.as_of_on = runs.as_of_on
    and won.quarter_start_on = runs.quarter_start_on
    and won.rep_id = runs.rep_id
    and won.opportunity_id = runs.opportunity_id
