-- How often did what was predicted come true?
-- $quantity = win_probability: or without_probability, the quarter without a deal.
-- Without rows: Too few finished quarters, or weeks that were scored, to test it.
select
    weeks_left_band,
    bin_low,
    bin_high,
    sum(deal_count) as deal_count,
    sum(predicted_mean * deal_count) / sum(deal_count) as predicted_mean,
    sum(observed_rate * deal_count) / sum(deal_count) as observed_rate,
from marts.calibration
where quantity = $quantity
    and deal_count > 0
group by weeks_left_band, bin_low, bin_high
order by weeks_left_band, bin_low
