-- How well a warning told what came later: of the deals signed in spite of it, how many churned; all and no_sign beside it.
-- One row per kind of sign (red_flag, accepted_trigger, fit, all) and code, with a 90 % Jeffreys interval.
-- Of the latest as-of date scored.
select
    flag_precision.sign_kind,
    flag_precision.code,
    flag_precision.deal_count,
    flag_precision.told_count,
    flag_precision.churned_count,
    flag_precision.churned_share,
    flag_precision.churned_share_low,
    flag_precision.churned_share_high,
    flag_precision.margin_count,
    flag_precision.mean_margin_share,
    flag_precision.support_count,
    flag_precision.mean_support_share,
from scores.flag_precision as flag_precision
where flag_precision.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
