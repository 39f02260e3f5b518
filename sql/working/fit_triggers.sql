-- What only a strategic review can allow: an account that does not fit, too many red flags, a deal that eats time.
-- One row per as-of date, opportunity, end of talks and reason. Before the first phase that counts nobody is exposed.
with suspects as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        'misfit' as trigger_code,
        deals.created_at as seen_at,
        cast(null as date) as seen_on,
    from staging.deals as deals
    inner join working.account_misfits as misfits
        on deals.as_of_on = misfits.as_of_on
        and deals.account_id = misfits.account_id
    where misfits.is_misfit
    union all
    select
        as_of_on,
        opportunity_id,
        'red_flags',
        flagged_at,
        cast(null as date),
    from working.flagged_deals
    union all
    select
        as_of_on,
        opportunity_id,
        'time_trap',
        cast(null as timestamp),
        seen_on,
    from working.trap_sights
)

-- A time trap is one of today while the deal is open, and one of the week scored last before it ended.
select distinct
    ends.as_of_on,
    ends.opportunity_id,
    ends.end_at,
    suspects.trigger_code,
    coalesce(suspects.seen_at, sight_days.end_at - interval 1 microsecond, ends.end_at) as triggered_at,
    suspects.trigger_code = 'red_flags' as is_logged,
    false as is_accepted_price,
    false as is_cured,
    'fit' as approval_kind,
from suspects
inner join working.deal_ends as ends
    on suspects.as_of_on = ends.as_of_on
    and suspects.opportunity_id = ends.opportunity_id
    and (suspects.seen_at is null or suspects.seen_at <= ends.end_at)
    and (
        suspects.seen_on is null
        or (ends.end_kind = 'open' and suspects.seen_on = ends.as_of_on)
        or (ends.end_kind <> 'open' and suspects.seen_on < ends.ended_on and suspects.seen_on >= ends.ended_on - 7)
    )
inner join staging.deals as deals
    on ends.as_of_on = deals.as_of_on
    and ends.opportunity_id = deals.opportunity_id
cross join staging.parameters as parameters
left join working.deal_history as history
    on ends.as_of_on = history.as_of_on
    and ends.opportunity_id = history.opportunity_id
left join staging.days as sight_days
    on suspects.seen_on = sight_days.day_on
where ends.end_kind in ('won', 'declined')
    or (ends.end_kind = 'open' and deals.phase_order >= parameters.first_phase_order)
    or (ends.end_kind = 'lost' and coalesce(history.last_open_phase_order >= parameters.first_phase_order, true))
