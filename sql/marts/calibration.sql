-- How often what was predicted came true, on finished quarters; empty until two of them hold enough deals, as marts.data_quality says.
-- One row per quantity, segment ('' for deals without one), weeks-left band and bin. Of the latest as-of date scored.
select
    calibration.quantity,
    calibration.segment,
    calibration.weeks_left_band,
    calibration.bin_low,
    calibration.bin_high,
    calibration.predicted_mean,
    calibration.observed_rate,
    calibration.observed_low,
    calibration.observed_high,
    calibration.deal_count,
    calibration.quarter_count,
from scores.calibration as calibration
where calibration.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
order by calibration.quantity, calibration.segment, calibration.weeks_left_band, calibration.bin_low
