-- Prices below the threshold: a demand or an offer, in the zone of its moment; the price of a decline; the price accepted.
-- One row per as-of date, opportunity, end of talks and such price. A price accepted again above the threshold is cured.
with offered as (
    select
        offers.as_of_on,
        offers.opportunity_id,
        offers.offered_at,
        offers.amount,
        case
            when cast(offers.amount as decimal(28, 4)) * lines.threshold_factor >= lines.threshold_base then 'clear'
            when cast(offers.amount as decimal(28, 4)) * lines.floor_factor < lines.floor_base then 'walk'
            when cast(offers.amount as decimal(28, 4)) * lines.threshold_factor < lines.threshold_base then 'approval'
        end as zone,
    from working.offers as offers
    inner join working.dated_deals as deals
        on offers.as_of_on = deals.as_of_on
        and offers.opportunity_id = deals.opportunity_id
    inner join working.walk_away_lines as lines
        on offers.as_of_on = lines.as_of_on
        and offers.opportunity_id = lines.opportunity_id
        and offers.offered_at = lines.line_at
    where coalesce(offers.currency, deals.currency) is not distinct from deals.currency
)

select
    ends.as_of_on,
    ends.opportunity_id,
    ends.end_at,
    'price_' || offered.zone as trigger_code,
    offered.offered_at as triggered_at,
    true as is_logged,
    false as is_accepted_price,
    ends.end_zone = 'clear' as is_cured,
    case when ends.end_zone = 'walk' then 'none' else 'price' end as approval_kind,
from offered
inner join working.deal_ends as ends
    on offered.as_of_on = ends.as_of_on
    and offered.opportunity_id = ends.opportunity_id
    and offered.offered_at <= ends.end_at
    and (ends.previous_end_at is null or offered.offered_at > ends.previous_end_at)
where offered.zone in ('approval', 'walk')
    and ends.is_recent
union all
select
    ends.as_of_on,
    ends.opportunity_id,
    ends.end_at,
    'price_' || ends.end_zone,
    ends.end_at,
    ends.end_kind = 'declined' and ends.decline_origin = 'declared',
    ends.end_kind = 'won',
    false,
    case when ends.end_zone = 'walk' then 'none' else 'price' end,
from working.deal_ends as ends
where ends.end_kind in ('won', 'declined')
    and ends.end_zone in ('approval', 'walk')
