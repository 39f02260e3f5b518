-- Open deals that eat time: in negotiation longer than 90 % of own won deals of the segment, while a week spent on them is
-- worth less (chance times margin) than a week spent on the rep's other candidates.
-- One row per as-of date and opportunity. Money in reporting currency (03-metrics.md, section 4).
with margins as (
    select
        open_deals.as_of_on,
        open_deals.opportunity_id,
        open_deals.rep_id,
        date_diff('day', history.negotiation_started_at, weeks.as_of_end_at) as negotiation_days,
        limits.live_days as limit_days,
        open_deals.win_probability
        * cast(
            deals.price_amount
            - coalesce(
                dated.direct_cost + coalesce(dated.allocated_overhead, 0), dated.product_direct_cost
            ) as double
        )
        * cast(deals.rate_to_reporting as double)
        -- greatest() passes over NULL: without a close date nobody knows how many weeks remain.
        / case
            when deals.close_on is not null
                then greatest(1, ceil(date_diff('day', deals.as_of_on, deals.close_on) / 7.0))
        end as week_value,
        open_deals.is_at_table and date_diff('day', history.negotiation_started_at, weeks.as_of_end_at) > limits.live_days
            as is_long,
    from staging.open_deals as open_deals
    inner join staging.weeks as weeks
        on open_deals.as_of_on = weeks.as_of_on
    inner join staging.deals as deals
        on open_deals.as_of_on = deals.as_of_on
        and open_deals.opportunity_id = deals.opportunity_id
    inner join working.dated_deals as dated
        on open_deals.as_of_on = dated.as_of_on
        and open_deals.opportunity_id = dated.opportunity_id
    left join working.deal_history as history
        on open_deals.as_of_on = history.as_of_on
        and open_deals.opportunity_id = history.opportunity_id
    left join working.live_limits as limits
        on open_deals.as_of_on = limits.as_of_on
        and coalesce(deals.segment, '') = limits.segment
        and limits.phase_order = 3
    where open_deals.is_candidate
),

compared as (
    select
        long.as_of_on,
        long.opportunity_id,
        long.rep_id,
        long.negotiation_days,
        long.limit_days,
        long.week_value,
        median(others.week_value) as median_week_value,
        count(others.week_value) as other_count,
    from margins as long
    inner join margins as others
        on long.as_of_on = others.as_of_on
        and long.rep_id = others.rep_id
        and long.opportunity_id <> others.opportunity_id
    where long.is_long and long.week_value is not null
    group by
        long.as_of_on, long.opportunity_id, long.rep_id, long.negotiation_days, long.limit_days, long.week_value
)

select
    as_of_on,
    opportunity_id,
    rep_id,
    negotiation_days,
    limit_days,
    cast(week_value as decimal(18, 4)) as week_value_amount,
    cast(median_week_value as decimal(18, 4)) as median_week_value_amount,
    other_count,
from compared
where week_value < median_week_value
