-- Where did we give away what nobody needed to?
-- $quarter = null: a fiscal quarter, as 2026-Q3; null: all.
-- Without rows: No won deal was below its usual price.
select
    closed_on,
    opportunity_id,
    opportunity_name,
    rep_id,
    price_amount,
    expected_price_amount,
    discount_amount,
    without_probability_at_start,
    unneeded_discount_amount,
    pressure_discount_amount,
from marts.unneeded_discounts
where $quarter is null or quarter_start_on = $quarter
order by unneeded_discount_amount desc nulls last, discount_amount desc, opportunity_id
