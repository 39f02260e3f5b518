-- Won deals that were sold below the price usual for their segment and size, and how safe the quarter was without them when
-- negotiation began: a discount given in a safe quarter was not needed (03-metrics.md, section 6).
-- One row per won deal below its expected price and as-of date, of all quarters; both discounts are NULL where no week was scored at the
-- start. Money in reporting currency.
with below as (
    select
        won.*,
        cast(
            cast(won.list_amount as double) * (1 - expected.expected_discount_ratio) as decimal(18, 4)
        ) as expected_price_amount,
        expected.expected_source,
    from working.won_prices as won
    inner join working.expected_discounts as expected
        on won.as_of_on = expected.as_of_on
        and won.segment = expected.segment
        and won.size_band = expected.size_band
    where expected.expected_discount_ratio is not null
)

select
    below.as_of_on,
    below.opportunity_id,
    below.opportunity_name,
    below.rep_id,
    below.quarter_start_on,
    below.closed_on,
    below.price_amount,
    below.list_amount,
    below.expected_price_amount,
    below.expected_source,
    below.expected_price_amount - below.price_amount as discount_amount,
    starts.scored_on,
    starts.without_probability_at_start,
    case
        when starts.without_probability_at_start >= parameters.safe_from_share
            then below.expected_price_amount - below.price_amount
        when starts.without_probability_at_start is not null then 0
    end as unneeded_discount_amount,
    case
        when starts.without_probability_at_start < parameters.pressure_below_share
            then below.expected_price_amount - below.price_amount
        when starts.without_probability_at_start is not null then 0
    end as pressure_discount_amount,
from below
cross join staging.parameters as parameters
left join working.starts_without as starts
    on below.as_of_on = starts.as_of_on
    and below.opportunity_id = starts.opportunity_id
where below.price_amount < below.expected_price_amount
