-- How many days a deal may show no sign of life: a quantile of the days that own won deals of the segment spent in the phase.
-- One row per as-of date, segment and phase with enough won deals (candidates.live_min_deals).
with won as (
    select
        deals.as_of_on,
        coalesce(deals.segment, '') as segment,
        deals.opportunity_id,
        history.recognition_days,
        history.qualified_days,
        history.evaluation_days,
        history.negotiation_days,
    from staging.deals as deals
    inner join working.deal_history as history
        on deals.as_of_on = history.as_of_on
        and deals.opportunity_id = history.opportunity_id
    where deals.outcome = 'won'
),

stays as (
    select as_of_on, segment, opportunity_id, 0 as phase_order, recognition_days as days from won
    where recognition_days is not null
    union all
    select as_of_on, segment, opportunity_id, 1, qualified_days from won
    where qualified_days is not null
    union all
    select as_of_on, segment, opportunity_id, 2, evaluation_days from won
    where evaluation_days is not null
    union all
    select as_of_on, segment, opportunity_id, 3, negotiation_days from won
    where negotiation_days is not null
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
