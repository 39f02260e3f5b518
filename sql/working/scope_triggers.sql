-- Scope that grew while the price stayed flat or fell: the amount a day later is not above the one before.
-- One row per as-of date, opportunity, end of talks and growth. Cured: the price rose after all, or something was traded for it.
with amounts as (
    select
        changes.as_of_on,
        changes.opportunity_id,
        changes.changed_at,
        max_by(states.amount, states.state_number) filter (where states.changed_at < changes.changed_at) as amount_before,
        max_by(states.amount, states.state_number)
            filter (where states.changed_at <= changes.changed_at + interval 1 day) as amount_after,
    from working.scope_changes as changes
    inner join staging.weeks as weeks
        on changes.as_of_on = weeks.as_of_on
    inner join working.deal_states as states
        on weeks.last_file_number = states.last_file_number
        and changes.opportunity_id = states.opportunity_id
        and states.changed_at < weeks.as_of_end_at
    group by changes.as_of_on, changes.opportunity_id, changes.changed_at
),

trades as (
    select
        as_of_on,
        opportunity_id,
        min(coalesce(answered_at, requested_at)) as traded_at,
    from working.change_requests
    where kind like 'scope%' and answer = 'traded'
    group by as_of_on, opportunity_id
)

select
    ends.as_of_on,
    ends.opportunity_id,
    ends.end_at,
    'scope' as trigger_code,
    amounts.changed_at as triggered_at,
    true as is_logged,
    false as is_accepted_price,
    coalesce(deals.amount > amounts.amount_before, false) or coalesce(trades.traded_at <= ends.end_at, false) as is_cured,
    'price' as approval_kind,
from amounts
inner join working.deal_ends as ends
    on amounts.as_of_on = ends.as_of_on
    and amounts.opportunity_id = ends.opportunity_id
    and amounts.changed_at <= ends.end_at
    and (ends.previous_end_at is null or amounts.changed_at > ends.previous_end_at)
inner join staging.deals as deals
    on ends.as_of_on = deals.as_of_on
    and ends.opportunity_id = deals.opportunity_id
left join trades
    on ends.as_of_on = trades.as_of_on
    and ends.opportunity_id = trades.opportunity_id
where amounts.amount_after <= amounts.amount_before
