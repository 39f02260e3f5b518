-- Versions of opportunities that the weeks may see, with the time from which each is evidence.
-- One row per last_file_number, opportunity and version.
with watermarks as (
    select distinct weeks.last_file_number
    from staging.weeks as weeks
),

seen as (
    select
        watermarks.last_file_number,
        opportunities.*,
        coalesce(opportunities.is_won, false)
        or coalesce(opportunities.is_closed, stages.phase = 'closed', false) as is_closed_now,
        coalesce(opportunities.is_won, stage_outcomes.outcome = 'won') as is_won_now,
        case
            when opportunities.closed_at < closing_days.start_at then closing_days.day_on - 1
            when opportunities.closed_at >= closing_days.end_at then closing_days.day_on + 1
            else closing_days.day_on
        end as closed_at_on,
        case
            when opportunities.created_at < creation_days.start_at then creation_days.day_on - 1
            when opportunities.created_at >= creation_days.end_at then creation_days.day_on + 1
            else creation_days.day_on
        end as created_on,
    from watermarks
    inner join raw.opportunities as opportunities
        on opportunities.file_number <= watermarks.last_file_number
    left join staging.days as closing_days
        on cast(opportunities.closed_at as date) = closing_days.day_on
    left join staging.days as creation_days
        on cast(opportunities.created_at as date) = creation_days.day_on
    left join staging.stages as stages
        on opportunities.stage = stages.stage
    left join staging.stage_outcomes as stage_outcomes
        on opportunities.stage = stage_outcomes.stage
),

-- Most CRMs keep one close date: expected while the deal is open, actual once it is closed.
closed as (
    select
        seen.*,
        case when seen.is_closed_now then coalesce(seen.closed_at_on, seen.close_on) end as closed_on,
    from seen
),

timed as (
    select
        closed.*,
        case
            when closed.closed_at is not null and closed.is_closed_now then closed.closed_at
            else days.end_at - interval 1 microsecond
        end as closing_at,
    from closed
    left join staging.days as days
        on closed.closed_on = days.day_on
),

ordered as (
    select
        timed.*,
        row_number() over (
            partition by timed.last_file_number, timed.opportunity_id
            order by timed.version_from_at, timed.file_number, timed.record_number
        ) as version_number,
        lag(timed.version_from_at) over (
            partition by timed.last_file_number, timed.opportunity_id
            order by timed.version_from_at, timed.file_number, timed.record_number
        ) as previous_from_at,
    from timed
),

-- A closing is a dated event of its own: a note written months later does not make the win late.
evidenced as (
    select
        ordered.*,
        case
            when ordered.closing_at < ordered.version_from_at
                and (ordered.previous_from_at is null or ordered.previous_from_at < ordered.closing_at)
                then ordered.closing_at
            else ordered.version_from_at
        end as evidence_from_at,
    from ordered
)

select
    last_file_number,
    opportunity_id,
    version_number,
    evidence_from_at,
    case when version_number = 1 then timestamp '1900-01-01 00:00:00' else evidence_from_at end as fixed_from_at,
    lead(evidence_from_at) over (
        partition by last_file_number, opportunity_id order by version_number
    ) as fixed_to_at,
    is_gone,
    is_closed_now as is_closed,
    is_won_now as is_won,
    closed_on,
    closing_at,
    created_at,
    created_on,
    opportunity_name,
    account_id,
    rep_id,
    deal_type,
    segment,
    product,
    stage,
    amount,
    credit_amount,
    currency,
    list_amount,
    direct_cost,
    allocated_overhead,
    scope_units,
    probability,
    close_on,
    lead_source,
    loss_reason,
    loss_detail,
    competitor,
    file_number,
    record_number,
from evidenced
