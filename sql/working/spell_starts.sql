-- When negotiation began, and whether a threshold existed by then (03-metrics.md, section 2, preset).
-- One row per opportunity and spell (working.spells); unknown starts are NULL, and so is everything that hangs on them.
with first_demands as (
    select
        as_of_on,
        opportunity_id,
        min(first_buyer_offered_at) as first_buyer_offered_at,
    from working.spell_offers
    group by as_of_on, opportunity_id
),

starts as (
    select
        deals.last_file_number,
        deals.as_of_on,
        deals.until_on,
        deals.opportunity_id,
        deals.product,
        case
            when history.negotiation_started_at < first_demands.first_buyer_offered_at
                then history.negotiation_started_at
            else coalesce(first_demands.first_buyer_offered_at, history.negotiation_started_at)
        end as started_at,
    from working.spell_deals as deals
    left join working.spell_history as history
        on deals.as_of_on = history.as_of_on
        and deals.opportunity_id = history.opportunity_id
    left join first_demands
        on deals.as_of_on = first_demands.as_of_on
        and deals.opportunity_id = first_demands.opportunity_id
),

points as (
    select
        points.as_of_on,
        points.opportunity_id,
        points.set_at,
        points.threshold_amount,
        lag(points.threshold_amount) over (
            partition by points.as_of_on, points.opportunity_id order by points.set_at
        ) as previous_amount,
    from working.walk_away_points as points
),

set_points as (
    select
        starts.as_of_on,
        starts.opportunity_id,
        min(points.set_at) as first_set_at,
        count(
            case when points.set_at > starts.started_at and points.threshold_amount < points.previous_amount then 1 end
        ) as drift_count,
        sum(
            case
                when points.set_at > starts.started_at and points.threshold_amount < points.previous_amount
                    then points.previous_amount - points.threshold_amount
            end
        ) as drift_amount,
    from starts
    inner join points
        on starts.as_of_on = points.as_of_on
        and starts.opportunity_id = points.opportunity_id
    group by starts.as_of_on, starts.opportunity_id
),

known_costs as (
    select
        spells.as_of_on,
        versions.opportunity_id,
        min(case when versions.direct_cost is not null then versions.fixed_from_at end) as cost_from_at,
        min(case when versions.list_amount is not null then versions.fixed_from_at end) as list_from_at,
    from working.spells as spells
    inner join working.opportunity_versions as versions
        on spells.last_file_number = versions.last_file_number
        and spells.opportunity_id = versions.opportunity_id
        and versions.fixed_from_at < spells.as_of_end_at
    group by spells.as_of_on, versions.opportunity_id
),

-- A product has a cost and a list price from the first day that the export gives them for.
first_prices as (
    select
        as_of_on,
        product,
        min(case when direct_cost is not null then valid_from_on end) as cost_from_on,
        min(case when list_amount is not null then valid_from_on end) as list_from_on,
    from working.products
    group by as_of_on, product
),

lines as (
    select
        as_of_on,
        opportunity_id,
        min(policy_from_on) as policy_from_on,
        max(case when policy_source = 'cost' then 1 else 0 end) = 1 as is_by_cost,
        max(case when policy_source = 'list' then 1 else 0 end) = 1 as is_by_list,
        max(case when policy_source = 'product_cost' then 1 else 0 end) = 1 as is_by_product,
    from working.spell_lines
    group by as_of_on, opportunity_id
)

select
    starts.last_file_number,
    starts.as_of_on,
    starts.until_on,
    starts.opportunity_id,
    starts.started_at,
    case
        when starts.started_at is null then null
        when set_points.first_set_at <= starts.started_at then true
        when policy_days.start_at > starts.started_at then false
        when lines.is_by_product then not coalesce(cost_days.start_at > starts.started_at, false)
        when lines.is_by_cost then coalesce(known_costs.cost_from_at <= starts.started_at, false)
        when lines.is_by_list
            then coalesce(
                known_costs.list_from_at <= starts.started_at, not coalesce(list_days.start_at > starts.started_at, false)
            )
        else false
    end as is_preset,
    date_diff('day', set_points.first_set_at, starts.started_at) as lead_days,
    set_points.drift_count,
    set_points.drift_amount,
from starts
left join set_points
    on starts.as_of_on = set_points.as_of_on
    and starts.opportunity_id = set_points.opportunity_id
left join known_costs
    on starts.as_of_on = known_costs.as_of_on
    and starts.opportunity_id = known_costs.opportunity_id
left join lines
    on starts.as_of_on = lines.as_of_on
    and starts.opportunity_id = lines.opportunity_id
left join staging.days as policy_days
    on lines.policy_from_on = policy_days.day_on
left join first_prices
    on starts.as_of_on = first_prices.as_of_on
    and starts.product = first_prices.product
left join staging.days as cost_days
    on first_prices.cost_from_on = cost_days.day_on
left join staging.days as list_days
    on first_prices.list_from_on = list_days.day_on
