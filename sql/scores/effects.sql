-- What goes with the end of a quarter, and with a quarter that was safe already: extra discount (share of list), or extra share of deals,
-- concessions or late changes, among the deals of the same rep, segment and size (03-metrics.md, section 6). Association, not cause.
-- One row per effect and as-of date; estimate, low and high (90 %) are NULL where is_reported is false, and reason says why.
with effects as (
    select
        weeks.as_of_on,
        named.effect,
    from staging.weeks as weeks
    cross join (
        values
            ('quarter_end_discount'), ('safe_quarter_discount'), ('quarter_end_below_threshold'),
            ('quarter_end_fast_concession'), ('quarter_end_late_change')
    ) as named(effect)
)

select
    effects.as_of_on,
    effects.effect,
    estimates.estimate,
    estimates.low,
    estimates.high,
    coalesce(estimates.case_count, 0) as deal_count,
    coalesce(estimates.treated_count, 0) as treated_count,
    coalesce(estimates.quarter_count, 0) as quarter_count,
    coalesce(estimates.rep_count, 0) as rep_count,
    coalesce(estimates.is_reported, false) as is_reported,
    case when estimates.effect is null then 'no_cases' else estimates.reason end as reason,
from effects
left join working.effect_estimates as estimates
    on effects.as_of_on = estimates.as_of_on
    and effects.effect = estimates.effect
