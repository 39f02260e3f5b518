-- How many days a deal may show no sign of life: a quantile of the days that own won deals of the segment spent in the phase.
-- One row per as-of date, segment and phase with enough won deals (candidates.live_min_deals).
with stays as (
    select
        weeks.as_of_on,
        coalesce(deals.segment, '') as segment,
        states.phase_order,
        states.opportunity_id,
        sum(date_diff('day', states.changed_at, states.next_changed_at)) as days,
    from staging.weeks as weeks
    inner join staging.deals as deals
        on weeks.as_of_on = deals.as_of_on
        and deals.outcome = 'won'
    inner join working.deal_states as states
        on weeks.last_file_number = states.last_file_number
        and deals.opportunity_id = states.opportunity_id
        and states.next_changed_at < weeks.as_of_end_at
    where states.phase_order < 4
        and not states.is_first_version
    group by weeks.as_of_on, coalesce(deals.segment, ''), states.phase_order, states.opportunity_id
),

ranked as (
    select
        stays.*,
        row_number() over (
            partition by stays.as_of_on, stays.segment, stays.phase_order order by stays.days, stays.opportunity_id
        ) as place,
        count(*) over (partition by stays.as_of_on, stays.segment, stays.phase_order) as deal_count,
    from stays
)

select
    ranked.as_of_on,
    ranked.segment,
    ranked.phase_order,
    ranked.days as live_days,
    ranked.deal_count,
from ranked
cross join staging.parameters as parameters
where ranked.deal_count >= parameters.live_min_deals
    and ranked.place = cast(ceil(parameters.live_quantile * ranked.deal_count) as integer)
