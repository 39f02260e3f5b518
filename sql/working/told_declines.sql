-- Every decline with its price, its line and what became of it; whether a reason to walk away was met is in scores.declined_deals.
-- One row per decline and as-of date. Money in reporting currency at the rate of the decision (03-metrics.md, section 4).
with told as (
    select
        declines.as_of_on,
        declines.opportunity_id,
        declines.decided_at,
        declines.origin,
        declines.reason,
        declines.demanded_amount,
        declines.currency,
        declines.rationale,
        declines.confirmed_by,
        declines.escalated_to,
        declines.escalation_outcome,
        declines.communicated_at,
        declines.exit_type,
        declines.reentry_min_amount,
        declines.lesson,
    from staging.declines as declines
    left join working.dated_deals as deals
        on declines.as_of_on = deals.as_of_on
        and declines.opportunity_id = deals.opportunity_id
    -- A deal that was won before it was "declined" was not declined: that is a finding, not an entry.
    where deals.outcome is distinct from 'won' or deals.closing_at > declines.decided_at
),

-- Reasons mapped to declined of deals that came back: their closing is no longer the deal's own.
left_before as (
    select
        mapped.as_of_on,
        mapped.opportunity_id,
        mapped.decided_at,
        'mapped' as origin,
        'other' as reason,
        cast(null as decimal(18, 4)) as demanded_amount,
        cast(null as varchar) as currency,
        cast(null as varchar) as rationale,
        cast(null as varchar) as confirmed_by,
        cast(null as varchar) as escalated_to,
        cast(null as varchar) as escalation_outcome,
        cast(null as timestamp) as communicated_at,
        cast(null as varchar) as exit_type,
        cast(null as decimal(18, 4)) as reentry_min_amount,
        cast(null as varchar) as lesson,
    from working.mapped_declines as mapped
),

dated_before as (
    select * from told
    union all
    select * from left_before
),

-- Who owned the deal when it was declined, and its amount then: what it became later is not what was refused.
-- A mapped decline was decided at the closing, and its owner and amount are the final ones.
owners as (
    select
        dated_before.as_of_on,
        dated_before.opportunity_id,
        dated_before.decided_at,
        states.rep_id,
        states.amount,
    from dated_before
    inner join staging.weeks as weeks
        on dated_before.as_of_on = weeks.as_of_on
    inner join working.deal_states as states
        on weeks.last_file_number = states.last_file_number
        and dated_before.opportunity_id = states.opportunity_id
        and states.changed_at <= dated_before.decided_at
        and (states.next_changed_at is null or states.next_changed_at > dated_before.decided_at)
),

mapped as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        deals.closing_at as decided_at,
        'mapped' as origin,
        'other' as reason,
        cast(null as decimal(18, 4)) as demanded_amount,
        cast(null as varchar) as currency,
        cast(null as varchar) as rationale,
        cast(null as varchar) as confirmed_by,
        cast(null as varchar) as escalated_to,
        cast(null as varchar) as escalation_outcome,
        cast(null as timestamp) as communicated_at,
        cast(null as varchar) as exit_type,
        cast(null as decimal(18, 4)) as reentry_min_amount,
        cast(null as varchar) as lesson,
    from working.dated_deals as deals
    where deals.decline_origin = 'mapped'
),

every_decline as (
    select * from dated_before
    union all
    select * from mapped
),

dated as (
    select
        every_decline.*,
        case
            when every_decline.decided_at < days.start_at then days.day_on - 1
            when every_decline.decided_at >= days.end_at then days.day_on + 1
            else days.day_on
        end as decided_on,
        lead(every_decline.decided_at) over (
            partition by every_decline.as_of_on, every_decline.opportunity_id order by every_decline.decided_at
        ) as next_decided_at,
        parameters.escalation_amount,
    from every_decline
    cross join staging.parameters as parameters
    left join staging.days as days
        on cast(every_decline.decided_at as date) = days.day_on
),

demanded as (
    select
        dated.*,
        deals.opportunity_name,
        deals.account_id,
        coalesce(owners.rep_id, deals.rep_id) as rep_id,
        deals.currency as deal_currency,
        deals.direct_cost,
        coalesce(deals.direct_cost + coalesce(deals.allocated_overhead, 0), deals.product_direct_cost) as cost_amount,
        coalesce(deals.direct_cost, deals.product_direct_cost) as contribution_cost_amount,
        offers.buyer_amount,
        case
            when dated.demanded_amount is not null
                and coalesce(dated.currency, deals.currency) is not distinct from deals.currency
                then 'declared'
            when offers.buyer_amount is not null then 'buyer_offer'
            when dated.origin = 'mapped' and coalesce(owners.amount, deals.amount) is not null then 'amount'
            when owners.amount is not null then 'amount'
        end as demand_source,
        case when dated.origin = 'mapped' then coalesce(owners.amount, deals.amount) else owners.amount end as last_amount,
        quarters.quarter_start_on,
        rates.rate_to_reporting,
        lines.floor_amount,
        lines.threshold_amount,
        lines.floor_base,
        lines.floor_factor,
        lines.threshold_base,
        lines.threshold_factor,
        lines.floor_source,
        coalesce(starts.is_preset, false) as is_preset,
    from dated
    left join working.dated_deals as deals
        on dated.as_of_on = deals.as_of_on
        and dated.opportunity_id = deals.opportunity_id
    left join owners
        on dated.as_of_on = owners.as_of_on
        and dated.opportunity_id = owners.opportunity_id
        and dated.decided_at = owners.decided_at
    left join working.last_offers as offers
        on dated.as_of_on = offers.as_of_on
        and dated.opportunity_id = offers.opportunity_id
        and dated.decided_at = offers.line_at
    left join staging.quarters as quarters
        on dated.decided_on between quarters.quarter_start_on and quarters.quarter_end_on
    left join staging.fx_rates as rates
        on dated.as_of_on = rates.as_of_on
        and deals.currency = rates.currency
        and dated.decided_on >= rates.valid_from_on
        and dated.decided_on < rates.valid_to_on
    left join working.walk_away_lines as lines
        on dated.as_of_on = lines.as_of_on
        and dated.opportunity_id = lines.opportunity_id
        and dated.decided_at = lines.line_at
    left join working.negotiation_starts as starts
        on dated.as_of_on = starts.as_of_on
        and dated.opportunity_id = starts.opportunity_id
),

priced as (
    select
        demanded.*,
        case demanded.demand_source
            when 'declared' then demanded.demanded_amount
            when 'buyer_offer' then demanded.buyer_amount
            when 'amount' then demanded.last_amount
        end as price_amount,
    from demanded
),

zoned as (
    select
        priced.*,
        case
            when cast(priced.price_amount as decimal(28, 4)) * priced.threshold_factor >= priced.threshold_base
                then 'clear'
            when cast(priced.price_amount as decimal(28, 4)) * priced.floor_factor < priced.floor_base then 'walk'
            when cast(priced.price_amount as decimal(28, 4)) * priced.threshold_factor < priced.threshold_base
                then 'approval'
        end as zone,
        priced.is_preset
            and priced.buyer_amount is not null
            and priced.buyer_amount = priced.price_amount as is_verified,
        -- greatest() passes over NULL: each difference is guarded, so that what is unknown is not zero.
        case
            when priced.price_amount < priced.cost_amount then priced.cost_amount - priced.price_amount
            when priced.price_amount >= priced.cost_amount then 0
        end as loss_avoided,
        case
            when greatest(priced.price_amount, priced.cost_amount) < priced.floor_amount and priced.price_amount is not null
                then priced.floor_amount - greatest(priced.price_amount, priced.cost_amount)
            when priced.price_amount is not null and priced.floor_amount is not null then 0
        end as margin_protected,
        case
            when priced.price_amount > priced.contribution_cost_amount
                then priced.price_amount - priced.contribution_cost_amount
            when priced.price_amount <= priced.contribution_cost_amount then 0
        end as contribution_given_up,
    from priced
),

came_back as (
    select
        zoned.as_of_on,
        zoned.opportunity_id,
        zoned.decided_at,
        min(returns.returned_at) as returned_at,
    from zoned
    inner join staging.returns as returns
        on zoned.as_of_on = returns.as_of_on
        and zoned.opportunity_id = returns.opportunity_id
        and returns.returned_at > zoned.decided_at
        and (zoned.next_decided_at is null or returns.returned_at <= zoned.next_decided_at)
    group by zoned.as_of_on, zoned.opportunity_id, zoned.decided_at
),

returned as (
    select
        zoned.*,
        came_back.returned_at,
        returns.new_opportunity_id as returned_opportunity_id,
        -- A new deal in another currency has no price to compare with.
        coalesce(
            returns.returned_amount,
            case when later.currency is not distinct from zoned.deal_currency then later.price_amount end
        ) as returned_price_amount,
        later.outcome as later_status,
        returns.conditions_met,
        returns.return_source,
    from zoned
    left join came_back
        on zoned.as_of_on = came_back.as_of_on
        and zoned.opportunity_id = came_back.opportunity_id
        and zoned.decided_at = came_back.decided_at
    left join staging.returns as returns
        on came_back.as_of_on = returns.as_of_on
        and came_back.opportunity_id = returns.opportunity_id
        and came_back.returned_at = returns.returned_at
    left join staging.deals as later
        on returns.as_of_on = later.as_of_on
        and returns.new_opportunity_id = later.opportunity_id
        and (returns.new_opportunity_id <> returns.opportunity_id or later.outcome <> 'declined')
)

select
    returned.as_of_on,
    returned.opportunity_id,
    returned.opportunity_name,
    accounts.account_name,
    returned.rep_id,
    sellers.rep_name,
    coalesce(sellers.team, 'unassigned') as team,
    returned.quarter_start_on,
    returned.decided_at,
    returned.decided_on,
    returned.reason,
    returned.origin,
    returned.demand_source,
    returned.deal_currency as currency,
    cast(cast(returned.price_amount as decimal(28, 4)) * returned.rate_to_reporting as decimal(18, 4))
        as demanded_amount,
    cast(cast(returned.floor_amount as decimal(28, 4)) * returned.rate_to_reporting as decimal(18, 4)) as floor_amount,
    cast(cast(returned.threshold_amount as decimal(28, 4)) * returned.rate_to_reporting as decimal(18, 4))
        as threshold_amount,
    returned.floor_source,
    returned.zone as zone_at_decline,
    cast(cast(returned.loss_avoided as decimal(28, 4)) * returned.rate_to_reporting as decimal(18, 4))
        as loss_avoided_amount,
    cast(cast(returned.margin_protected as decimal(28, 4)) * returned.rate_to_reporting as decimal(18, 4))
        as margin_protected_amount,
    cast(cast(returned.contribution_given_up as decimal(28, 4)) * returned.rate_to_reporting as decimal(18, 4))
        as contribution_given_up_amount,
    returned.is_preset,
    returned.is_verified,
    returned.origin <> 'mapped'
        and returned.is_preset
        and coalesce(returned.confirmed_by, '') <> ''
        and returned.communicated_at is not null
        and coalesce(returned.lesson, '') <> '' as is_well_kept,
    returned.confirmed_by,
    coalesce(confirmers.rep_name, returned.confirmed_by) as confirmed_by_name,
    returned.exit_type,
    coalesce(returned.rationale, '') <> '' as rationale_known,
    returned.communicated_at,
    coalesce(returned.lesson, '') <> '' as lesson_known,
    case when coalesce(returned.confirmed_by, '') <> '' then 1 else 0 end
    + case when coalesce(returned.rationale, '') <> '' then 1 else 0 end
    + case when returned.communicated_at is not null then 1 else 0 end
    + case when returned.exit_type is not null then 1 else 0 end
    + case when coalesce(returned.lesson, '') <> '' then 1 else 0 end as checklist_count,
    coalesce(
        cast(returned.price_amount as decimal(28, 4)) * returned.rate_to_reporting >= returned.escalation_amount, false
    )
    or coalesce(accounts.is_strategic, false) as escalation_due,
    returned.escalated_to,
    returned.escalation_outcome,
    returned.reentry_min_amount,
    returned.returned_at,
    returned.returned_opportunity_id,
    returned.return_source,
    date_diff(
        'day', returned.decided_on,
        case
            when returned.returned_at < days.start_at then days.day_on - 1
            when returned.returned_at >= days.end_at then days.day_on + 1
            else days.day_on
        end
    ) as days_to_return,
    case
        when returned.returned_at is not null
            then cast(
                cast(returned.returned_price_amount as decimal(28, 4)) * returned.rate_to_reporting as decimal(18, 4)
            )
    end as returned_amount,
    case
        when returned.returned_at is not null
            then cast(returned.returned_price_amount as double) / nullif(cast(returned.price_amount as double), 0) - 1
    end as return_uplift_ratio,
    case
        when returned.returned_at is not null and returned.returned_price_amount is not null
            and returned.price_amount is not null
            then cast(
                cast(greatest(0, returned.returned_price_amount - returned.price_amount) as decimal(28, 4))
                * returned.rate_to_reporting as decimal(18, 4)
            )
    end as recovered_amount,
    case when returned.returned_at is not null then returned.later_status end as later_status,
from returned
left join staging.days as days
    on cast(returned.returned_at as date) = days.day_on
left join staging.accounts as accounts
    on returned.as_of_on = accounts.as_of_on
    and returned.account_id = accounts.account_id
left join staging.reps as confirmers
    on returned.as_of_on = confirmers.as_of_on
    and returned.confirmed_by = confirmers.rep_id
left join staging.sellers as sellers
    on returned.as_of_on = sellers.as_of_on
    and returned.rep_id = sellers.rep_id
