-- How well a warning told what came later: of the deals signed in spite of it, how many churned; all and no_sign stand beside it.
-- One row per as-of date, kind of sign (red_flag, accepted_trigger, fit, all) and code, with a 90 % Jeffreys interval.
-- Only deals that were signed can tell: those that a warning kept from being signed are not in here.
select
    counts.as_of_on,
    counts.sign_kind,
    counts.code,
    counts.deal_count,
    counts.told_count,
    counts.churned_count,
    cast(counts.churned_count as double) / nullif(counts.told_count, 0) as churned_share,
    bounds.share_low as churned_share_low,
    bounds.share_high as churned_share_high,
    counts.margin_count,
    counts.mean_margin_share,
    counts.support_count,
    counts.mean_support_share,
from working.sign_counts as counts
left join working.jeffreys as bounds
    on counts.churned_count = bounds.success_count
    and counts.told_count = bounds.trial_count
