-- How often buyers came back after we left, within 7, 30, 90 and 180 days, of the declines old enough to tell.
-- One row per as-of date, basis (recorded, guess; lost_guess is the control), exit type and window, with a 90 % Jeffreys interval.
select
    counts.as_of_on,
    counts.basis,
    counts.exit_type,
    counts.window_days,
    counts.ended_count,
    counts.returned_count,
    cast(counts.returned_count as double) / nullif(counts.ended_count, 0) as return_rate,
    bounds.share_low as return_rate_low,
    bounds.share_high as return_rate_high,
from working.return_counts as counts
left join working.jeffreys as bounds
    on counts.returned_count = bounds.success_count
    and counts.ended_count = bounds.trial_count
