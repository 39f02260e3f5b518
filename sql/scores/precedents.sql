-- Does an exception teach the buyer? The account's next deal after an exception, beside the next one after a clear deal.
-- One row per as-of date, kind of the deal before (exception, clear) and measure, with a 90 % interval (t; Jeffreys for the share).
-- Accounts differ in more than the exception: an association, not an effect (03-metrics.md, section 4, precedent).
with means as (
    select
        as_of_on, after_kind, 'opening_demand_share' as measure, next_deal_count, demand_count as value_count,
        cast(demand_sum as double) as value_sum, cast(demand_square_sum as double) as square_sum,
    from working.precedent_sums
    union all
    select
        as_of_on, after_kind, 'price_list_share', next_deal_count, price_count,
        cast(price_sum as double), cast(price_square_sum as double),
    from working.precedent_sums
),

spread as (
    select
        means.*,
        means.value_sum / nullif(means.value_count, 0) as value_mean,
        sqrt(
            greatest(0, means.square_sum - means.value_sum * means.value_sum / nullif(means.value_count, 0))
            / nullif(means.value_count - 1, 0) / nullif(means.value_count, 0)
        ) as standard_error,
    from means
)

select
    spread.as_of_on,
    spread.after_kind,
    spread.measure,
    spread.next_deal_count,
    spread.value_count as known_count,
    spread.value_mean,
    spread.value_mean - quantiles.t_quantile * spread.standard_error as value_low,
    spread.value_mean + quantiles.t_quantile * spread.standard_error as value_high,
from spread
left join working.student_t as quantiles
    on least(spread.value_count - 1, 1000) = quantiles.degree_count
union all
select
    sums.as_of_on,
    sums.after_kind,
    'below_threshold_share',
    sums.next_deal_count,
    sums.lined_count,
    cast(sums.below_threshold_count as double) / nullif(sums.lined_count, 0),
    bounds.share_low,
    bounds.share_high,
from working.precedent_sums as sums
left join working.jeffreys as bounds
    on sums.below_threshold_count = bounds.success_count
    and sums.lined_count = bounds.trial_count
