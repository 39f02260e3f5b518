-- Wins, discounts and walk-away points by week of the fiscal quarter, beside the discount that segments and sizes usually have.
-- One row per quarter and week of the quarter. Of the latest as-of date scored.
select
    quarter_end.quarter_start_on,
    quarter_end.week_number,
    quarter_end.won_count,
    quarter_end.won_amount,
    quarter_end.listed_won_count,
    quarter_end.discount_ratio,
    quarter_end.expected_discount_ratio,
    quarter_end.lined_won_count,
    quarter_end.below_threshold_count,
    quarter_end.below_threshold_share,
    quarter_end.below_threshold_share_low,
    quarter_end.below_threshold_share_high,
    quarter_end.crossing_count,
from scores.quarter_end as quarter_end
where quarter_end.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
