-- How the talks about a deal ended: each decline, its closing, or the as-of date while it is open. A return begins new talks.
-- One row per as-of date, opportunity and end, for all wins and for what else ended in this quarter or the four before.
-- end_zone is the zone of the price at the end; is_offer_clear says so of the last seller offer, NULL without one.
with declined as (
    select
        declined.as_of_on,
        declined.opportunity_id,
        declined.decided_at,
        declined.decided_on,
        declined.rep_id,
        declined.origin,
        declined.zone_at_decline,
        lag(declined.decided_at) over (
            partition by declined.as_of_on, declined.opportunity_id order by declined.decided_at
        ) as previous_end_at,
    from working.told_declines as declined
),

last_declines as (
    select
        as_of_on,
        opportunity_id,
        max(decided_at) as decided_at,
    from declined
    group by as_of_on, opportunity_id
)

select
    declined.as_of_on,
    declined.opportunity_id,
    declined.decided_at as end_at,
    declined.decided_on as ended_on,
    'declined' as end_kind,
    declined.previous_end_at,
    declined.rep_id,
    declined.origin as decline_origin,
    declined.zone_at_decline as end_zone,
    cast(null as boolean) as is_offer_clear,
    declined.decided_on >= weeks.history_start_on as is_recent,
from declined
inner join staging.weeks as weeks
    on declined.as_of_on = weeks.as_of_on
union all
select
    deals.as_of_on,
    deals.opportunity_id,
    deals.line_at,
    coalesce(deals.ended_on, deals.as_of_on),
    deals.outcome,
    last_declines.decided_at,
    deals.rep_id,
    cast(null as varchar),
    deals.zone,
    case when deals.seller_amount is not null then deals.zone = 'clear' end,
    coalesce(deals.ended_on >= weeks.history_start_on, deals.outcome = 'open'),
from staging.deals as deals
inner join staging.weeks as weeks
    on deals.as_of_on = weeks.as_of_on
left join last_declines
    on deals.as_of_on = last_declines.as_of_on
    and deals.opportunity_id = last_declines.opportunity_id
where deals.outcome in ('open', 'won')
    or (deals.outcome = 'lost' and deals.ended_on >= weeks.history_start_on)
