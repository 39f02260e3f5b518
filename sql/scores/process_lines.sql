-- The lines that a workshop on major accounts means to move: bids per win, length of a sale, discount, concessions, money per rep.
-- One row per quarter and as-of date, the running one up to that date and the four before it. Money in reporting currency (03-metrics.md, section 6).
with decided as (
    select
        deals.as_of_on,
        quarters.quarter_start_on,
        deals.opportunity_id,
        deals.rep_id,
        deals.outcome,
        deals.reporting_amount,
        case
            when deals.outcome = 'won' and deals.created_on <= deals.closed_on
                then cast(date_diff('day', deals.created_on, deals.closed_on) as double)
        end as cycle_days,
        deals.outcome = 'won' and quarters.quarter_end_on - deals.ended_on < parameters.last_days as is_at_quarter_end,
        deals.outcome = 'won' and quarters.quarter_end_on = deals.ended_on as is_on_last_day,
    from staging.deals as deals
    cross join staging.parameters as parameters
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
        and deals.ended_on >= weeks.history_start_on
    inner join staging.quarters as quarters
        on deals.ended_on between quarters.quarter_start_on and quarters.quarter_end_on
    where deals.outcome in ('won', 'lost', 'declined')
),

counted as (
    select
        decided.as_of_on,
        decided.quarter_start_on,
        count(*) as decided_count,
        count(case when decided.outcome = 'won' then 1 end) as won_count,
        sum(case when decided.outcome = 'won' then decided.reporting_amount end) as won_amount,
        count(distinct decided.rep_id) as rep_count,
        median(decided.cycle_days) as median_cycle_days,
        count(case when decided.is_at_quarter_end then 1 end) as quarter_end_won_count,
        sum(case when decided.is_at_quarter_end then decided.reporting_amount end) as quarter_end_won_amount,
        count(case when decided.is_on_last_day then 1 end) as last_day_won_count,
        sum(case when decided.is_on_last_day then decided.reporting_amount end) as last_day_won_amount,
        count(sources.opportunity_id) as priced_count,
        case when count(sources.opportunity_id) > 0 then coalesce(sum(concessions.concession_count), 0) end
            as concession_count,
    from decided
    left join working.concession_sources as sources
        on decided.as_of_on = sources.as_of_on
        and decided.opportunity_id = sources.opportunity_id
    left join working.deal_concessions as concessions
        on decided.as_of_on = concessions.as_of_on
        and decided.opportunity_id = concessions.opportunity_id
    group by decided.as_of_on, decided.quarter_start_on
),

discounts as (
    select
        as_of_on,
        quarter_start_on,
        1 - cast(sum(price_amount) as double) / nullif(cast(sum(list_amount) as double), 0) as discount_ratio,
        count(*) as listed_won_count,
    from working.won_prices
    where discount_ratio is not null
    group by as_of_on, quarter_start_on
)

select
    counted.as_of_on,
    counted.quarter_start_on,
    counted.decided_count,
    counted.won_count,
    cast(counted.decided_count as double) / nullif(counted.won_count, 0) as bids_per_win_ratio,
    counted.median_cycle_days,
    discounts.listed_won_count,
    discounts.discount_ratio,
    counted.priced_count,
    counted.concession_count,
    cast(counted.concession_count as double) / nullif(counted.priced_count, 0) as concessions_per_deal_ratio,
    counted.rep_count,
    counted.won_amount,
    cast(cast(counted.won_amount as double) / nullif(counted.rep_count, 0) as decimal(18, 4)) as won_per_rep_amount,
    counted.quarter_end_won_count,
    cast(coalesce(counted.quarter_end_won_amount, 0) as double) / nullif(cast(counted.won_amount as double), 0)
        as quarter_end_amount_share,
    counted.last_day_won_count,
    cast(coalesce(counted.last_day_won_amount, 0) as double) / nullif(cast(counted.won_amount as double), 0)
        as last_day_amount_share,
from counted
left join discounts
    on counted.as_of_on = discounts.as_of_on
    and counted.quarter_start_on = discounts.quarter_start_on
