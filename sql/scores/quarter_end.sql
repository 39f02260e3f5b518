-- Wins, discounts and walk-away points by week of the fiscal quarter, beside the discount that segments and sizes usually have.
-- One row per quarter, week of the quarter and as-of date. Money in reporting currency (03-metrics.md, section 6).
with sources as (
    select
        lines.as_of_on,
        lines.has_lines,
        coalesce(quotas.has_quotas, false) as has_quotas,
    from working.line_sources as lines
    left join (
        select as_of_on, count(quota_amount) > 0 as has_quotas from working.quarter_quotas group by as_of_on
    ) as quotas
        on lines.as_of_on = quotas.as_of_on
),

summed as (
    select
        won.as_of_on,
        won.quarter_start_on,
        won.week_number,
        count(*) as won_count,
        sum(won.reporting_amount) as won_amount,
        count(won.discount_ratio) as listed_won_count,
        1 - cast(sum(case when won.discount_ratio is not null then won.price_amount end) as double)
        / nullif(cast(sum(case when won.discount_ratio is not null then won.list_amount end) as double), 0)
            as discount_ratio,
        cast(
            sum(
                cast(cast(won.list_amount as double) * expected.expected_discount_ratio as decimal(38, 10))
            ) as double
        )
        / nullif(
            cast(sum(case when expected.expected_discount_ratio is not null then won.list_amount end) as double), 0
        ) as expected_discount_ratio,
        count(won.zone) as lined_won_count,
        count(case when won.is_below_threshold then 1 end) as below_threshold_count,
        count(case when won.is_below_threshold and won.is_crossing then 1 end) as crossing_count,
    from working.won_prices as won
    left join working.expected_discounts as expected
        on won.as_of_on = expected.as_of_on
        and won.segment = expected.segment
        and won.size_band = expected.size_band
    group by won.as_of_on, won.quarter_start_on, won.week_number
)

select
    summed.as_of_on,
    summed.quarter_start_on,
    summed.week_number,
    summed.won_count,
    summed.won_amount,
    summed.listed_won_count,
    summed.discount_ratio,
    summed.expected_discount_ratio,
    summed.lined_won_count,
    case when sources.has_lines then summed.below_threshold_count end as below_threshold_count,
    case when sources.has_lines then cast(summed.below_threshold_count as double) / nullif(summed.lined_won_count, 0) end
        as below_threshold_share,
    jeffreys.share_low as below_threshold_share_low,
    jeffreys.share_high as below_threshold_share_high,
    case when sources.has_lines and sources.has_quotas then summed.crossing_count end as crossing_count,
from summed
inner join sources
    on summed.as_of_on = sources.as_of_on
left join working.jeffreys as jeffreys
    on summed.below_threshold_count = jeffreys.success_count
    and summed.lined_won_count = jeffreys.trial_count
