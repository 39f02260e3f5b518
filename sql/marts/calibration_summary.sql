-- Brier score and skill of each predicted quantity against its base rate, on finished quarters, with a 90 % interval.
-- One row per quantity with segment and weeks_left_band NULL: the whole; then one per segment and band. Of the latest as-of date scored.
select
    summary.quantity,
    summary.segment,
    summary.weeks_left_band,
    summary.brier,
    summary.base_rate_brier,
    summary.skill,
    summary.skill_low,
    summary.skill_high,
    summary.deal_count,
    summary.quarter_count,
from scores.calibration_summary as summary
where summary.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
order by summary.quantity, summary.segment nulls first, summary.weeks_left_band nulls first
