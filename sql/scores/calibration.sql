-- How often what was predicted came true, on finished quarters, by bins that count deals (03-metrics.md, section 7).
-- One row per as-of date, quantity, segment, band of weeks left and bin. observed_low and observed_high: 90 % Jeffreys.
with predicted as (
    select
        'win_probability' as quantity,
        calibration.*,
    from working.win_calibration as calibration
    union all
    select
        'without_probability',
        calibration.*,
    from working.without_calibration as calibration
)

select
    predicted.as_of_on,
    predicted.quantity,
    predicted.segment,
    predicted.weeks_left_band,
    predicted.bin_low,
    predicted.bin_high,
    predicted.predicted_mean,
    predicted.observed_rate,
    bounds.share_low as observed_low,
    bounds.share_high as observed_high,
    predicted.deal_count,
    predicted.quarter_count,
from predicted
left join working.jeffreys as bounds
    on predicted.won_count = bounds.success_count
    and predicted.deal_count = bounds.trial_count
