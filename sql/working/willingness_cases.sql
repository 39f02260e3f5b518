-- Decided deals with how safe their rep's quarter was without them when negotiation began, and what came of them.
-- One row per as-of date and decided deal of a finished quarter whose start was scored (03-metrics.md, section 7).
with starts as (
    select
        starts.as_of_on,
        starts.opportunity_id,
        starts.without_probability_at_start,
        date_diff('day', starts.scored_on, quarters.quarter_end_on) // 7 as weeks_left,
    from working.starts_without as starts
    inner join staging.quarters as quarters
        on starts.scored_on between quarters.quarter_start_on and quarters.quarter_end_on
    where starts.without_probability_at_start is not null
)

select
    deals.as_of_on,
    deals.opportunity_id,
    deals.rep_id,
    quarters.quarter_start_on,
    deals.rep_id || '|' || coalesce(deals.segment, '') || '|' || bands.weeks_left_band as cell,
    starts.without_probability_at_start,
    1 - won.discount_ratio as price_share,
    deals.outcome = 'won' as is_won,
from starts
inner join staging.deals as deals
    on starts.as_of_on = deals.as_of_on
    and starts.opportunity_id = deals.opportunity_id
    and deals.outcome in ('won', 'lost', 'declined')
    and deals.rep_id is not null
inner join staging.quarters as quarters
    on deals.ended_on between quarters.quarter_start_on and quarters.quarter_end_on
    and quarters.quarter_end_on <= deals.as_of_on
inner join staging.weeks_left_bands as bands
    on least(starts.weeks_left, 12) = bands.weeks_left
left join working.won_prices as won
    on deals.as_of_on = won.as_of_on
    and deals.opportunity_id = won.opportunity_id
