-- Won deals below the price usual for their segment and size: what was given away in quarters that were safe, and what under pressure.
-- One row per won deal below its expected price. Of the latest as-of date scored.
select
    discounts.opportunity_id,
    discounts.opportunity_name,
    discounts.rep_id,
    discounts.quarter_start_on,
    discounts.closed_on,
    discounts.price_amount,
    discounts.list_amount,
    discounts.expected_price_amount,
    discounts.expected_source,
    discounts.discount_amount,
    discounts.scored_on,
    discounts.without_probability_at_start,
    discounts.unneeded_discount_amount,
    discounts.pressure_discount_amount,
from scores.unneeded_discounts as discounts
where discounts.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
