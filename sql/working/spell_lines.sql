-- Floor and threshold of a deal at a moment, in the deal's currency, and where they come from.
-- One row per opportunity, spell (working.spells) and moment that has a source. A price is at or above the threshold when
-- price * threshold_factor >= threshold_base: a margin on price is compared without a division, so exactly.
with moments as (
    select
        moments.last_file_number,
        moments.as_of_on,
        moments.until_on,
        moments.opportunity_id,
        moments.line_at,
        case
            when moments.line_at < days.start_at then days.day_on - 1
            when moments.line_at >= days.end_at then days.day_on + 1
            else days.day_on
        end as line_on,
        parameters.margin_basis,
        deals.currency,
        deals.segment,
        deals.list_amount,
        deals.direct_cost,
        deals.direct_cost + coalesce(deals.allocated_overhead, 0) as cost_amount,
        deals.product_direct_cost,
        cast(coalesce(deals.list_amount, history.first_amount, deals.amount) as decimal(28, 4))
            * cast(deals.rate_to_reporting as decimal(28, 8)) as band_amount,
    from working.spell_moments as moments
    inner join working.spell_deals as deals
        on moments.as_of_on = deals.as_of_on
        and moments.opportunity_id = deals.opportunity_id
    cross join staging.parameters as parameters
    left join staging.days as days
        on cast(moments.line_at as date) = days.day_on
    left join working.spell_history as history
        on moments.as_of_on = history.as_of_on
        and moments.opportunity_id = history.opportunity_id
),

points as (
    select
        moments.as_of_on,
        moments.opportunity_id,
        moments.line_at,
        max_by(points.threshold_amount, points.set_at) as threshold_amount,
        max_by(coalesce(points.floor_amount, -1), points.set_at) as floor_amount,
    from moments
    inner join working.walk_away_points as points
        on moments.as_of_on = points.as_of_on
        and moments.opportunity_id = points.opportunity_id
        and points.set_at <= moments.line_at
    where coalesce(points.currency, moments.currency) is not distinct from moments.currency
    group by moments.as_of_on, moments.opportunity_id, moments.line_at
),

fitting_cells as (
    select
        moments.as_of_on,
        moments.opportunity_id,
        moments.line_at,
        cells.*,
        row_number() over (
            partition by moments.as_of_on, moments.opportunity_id, moments.line_at
            order by case when cells.segment is null then 1 else 0 end, cells.valid_from desc, cells.cell_number
        ) as preference,
        min(case when cells.target_ratio is not null then cells.valid_from end) over (
            partition by moments.as_of_on, moments.opportunity_id, moments.line_at
        ) as first_target_from_on,
        min(case when cells.target_price_share is not null then cells.valid_from end) over (
            partition by moments.as_of_on, moments.opportunity_id, moments.line_at
        ) as first_share_from_on,
    from moments
    inner join staging.policy_cells as cells
        on coalesce(cells.segment, moments.segment, '') = coalesce(moments.segment, '')
        and cells.valid_from <= moments.line_on
        and (
            (moments.band_amount >= cells.min_amount and moments.band_amount < cells.max_amount)
            or (cells.min_amount = 0 and cells.max_amount = 99999999999999)
        )
),

sourced as (
    select
        moments.*,
        cells.cell_number,
        cells.first_target_from_on,
        cells.first_share_from_on,
        cells.minimum_ratio,
        cells.target_ratio,
        cells.minimum_price_share,
        cells.target_price_share,
        points.threshold_amount as point_threshold_amount,
        nullif(points.floor_amount, -1) as point_floor_amount,
        case
            when cells.target_ratio is null or moments.margin_basis is null then
                case when cells.target_price_share * moments.list_amount is not null then 'list' end
            when moments.cost_amount is not null then 'cost'
            when moments.product_direct_cost is not null then 'product_cost'
            when cells.target_price_share * moments.list_amount is not null then 'list'
        end as policy_source,
    from moments
    left join points
        on moments.as_of_on = points.as_of_on
        and moments.opportunity_id = points.opportunity_id
        and moments.line_at = points.line_at
    left join fitting_cells as cells
        on moments.as_of_on = cells.as_of_on
        and moments.opportunity_id = cells.opportunity_id
        and moments.line_at = cells.line_at
        and cells.preference = 1
),

-- A point comes before the policy; the policy beside it still tells whether some threshold stood earlier.
chosen as (
    select
        sourced.*,
        case when sourced.point_threshold_amount is not null then 'point' else sourced.policy_source end as floor_source,
        case
            when sourced.policy_source = 'list' then sourced.first_share_from_on else sourced.first_target_from_on
        end as policy_from_on,
    from sourced
),

-- 03-metrics.md, section 2: markup on cost, margin on price, share of list; a point stands for itself.
based as (
    select
        chosen.*,
        cast(
            case when chosen.floor_source = 'cost' then chosen.cost_amount else chosen.product_direct_cost end
            as decimal(24, 4)
        ) as line_cost_amount,
        chosen.floor_source in ('cost', 'product_cost') as is_by_cost,
    from chosen
    where chosen.floor_source is not null
),

compared as (
    select
        based.*,
        cast(
            case
                when based.floor_source = 'point' then cast(based.point_threshold_amount as decimal(38, 10))
                when based.floor_source = 'list'
                    then cast(based.list_amount as decimal(28, 4)) * cast(based.target_price_share as decimal(10, 6))
                when based.margin_basis = 'markup_on_cost'
                    then cast(based.line_cost_amount as decimal(28, 4)) * cast(1 + based.target_ratio as decimal(10, 6))
                else based.line_cost_amount
            end as decimal(38, 10)
        ) as threshold_base,
        cast(
            case when based.is_by_cost and based.margin_basis = 'margin_on_price' then 1 - based.target_ratio else 1 end
            as decimal(10, 6)
        ) as threshold_factor,
        cast(
            case
                when based.floor_source = 'point' then cast(based.point_floor_amount as decimal(38, 10))
                when based.floor_source = 'list'
                    then cast(based.list_amount as decimal(28, 4)) * cast(based.minimum_price_share as decimal(10, 6))
                when based.minimum_ratio is null then null
                when based.margin_basis = 'markup_on_cost'
                    then cast(based.line_cost_amount as decimal(28, 4)) * cast(1 + based.minimum_ratio as decimal(10, 6))
                else based.line_cost_amount
            end as decimal(38, 10)
        ) as floor_base,
        cast(
            case
                when based.is_by_cost and based.margin_basis = 'margin_on_price' then 1 - based.minimum_ratio else 1
            end as decimal(10, 6)
        ) as floor_factor,
    from based
)

select
    last_file_number,
    as_of_on,
    until_on,
    opportunity_id,
    line_at,
    floor_source,
    cell_number,
    policy_source,
    policy_from_on,
    threshold_base,
    threshold_factor,
    floor_base,
    floor_factor,
    case
        when threshold_factor = 1 then cast(threshold_base as decimal(18, 4))
        else cast(round(cast(threshold_base as double) / cast(threshold_factor as double), 4) as decimal(18, 4))
    end as threshold_amount,
    case
        when floor_factor = 1 then cast(floor_base as decimal(18, 4))
        else cast(round(cast(floor_base as double) / cast(floor_factor as double), 4) as decimal(18, 4))
    end as floor_amount,
from compared
