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
dated_closings as (
    select
        ordered.last_file_number,
        ordered.opportunity_id,
        ordered.version_number,
        ordered.stage,
        ordered.closing_at,
        ordered.version_from_at,
    from ordered
    where ordered.closing_at < ordered.version_from_at
        and (ordered.previous_from_at is null or ordered.previous_from_at < ordered.closing_at)
),

-- Stages that the history tells of between the day that the row gives and the row itself. There are few.
later_stages as (
    select closings.last_file_number, closings.opportunity_id, closings.version_number
    from dated_closings as closings
    inner join raw.opportunity_snapshots as snapshots
        on closings.opportunity_id = snapshots.opportunity_id
        and snapshots.file_number <= closings.last_file_number
        and snapshots.changed_at > closings.closing_at
        and snapshots.changed_at <= closings.version_from_at
    union
    select closings.last_file_number, closings.opportunity_id, closings.version_number
    from dated_closings as closings
    inner join raw.opportunity_changes as changes
        on closings.opportunity_id = changes.opportunity_id
        and changes.file_number <= closings.last_file_number
        and changes.changed_at > closings.closing_at
        and changes.changed_at <= closings.version_from_at
    where changes.field = 'stage'
),

told_stages as (
    select
        closings.*,
        told.changed_at,
        stages.phase = 'closed' or told.stage = closings.stage as is_closed_then,
        lag(stages.phase = 'closed' or told.stage = closings.stage) over (
            partition by closings.last_file_number, closings.opportunity_id, closings.version_number
            order by told.changed_at, told.file_number, told.record_number
        ) as was_closed_before,
    from later_stages
    inner join dated_closings as closings
        on later_stages.last_file_number = closings.last_file_number
        and later_stages.opportunity_id = closings.opportunity_id
        and later_stages.version_number = closings.version_number
    inner join (
        select opportunity_id, changed_at, stage, file_number, record_number from raw.opportunity_snapshots
        union all
        select opportunity_id, changed_at, new_value, file_number, record_number from raw.opportunity_changes
        where field = 'stage'
    ) as told
        on closings.opportunity_id = told.opportunity_id
        and told.file_number <= closings.last_file_number
        and told.changed_at <= closings.version_from_at
    inner join staging.stages as stages
        on told.stage = stages.stage
),

-- What the history shows open after that day was not closed yet; it shows when it was.
contradicted as (
    select
        last_file_number,
        opportunity_id,
        version_number,
        max(case when not is_closed_then then changed_at end) as last_open_at,
        max(case when is_closed_then and not was_closed_before then changed_at end) as last_closed_at,
    from told_stages
    where changed_at > closing_at
    group by last_file_number, opportunity_id, version_number
),

evidenced as (
    select
        ordered.*,
        case
            when dated_closings.version_number is null then ordered.version_from_at
            when contradicted.last_open_at >= contradicted.last_closed_at then ordered.version_from_at
            when contradicted.last_closed_at is not null then contradicted.last_closed_at
            when contradicted.last_open_at is not null then ordered.version_from_at
            else ordered.closing_at
        end as evidence_from_at,
    from ordered
    left join dated_closings
        on ordered.last_file_number = dated_closings.last_file_number
        and ordered.opportunity_id = dated_closings.opportunity_id
        and ordered.version_number = dated_closings.version_number
    left join contradicted
        on ordered.last_file_number = contradicted.last_file_number
        and ordered.opportunity_id = contradicted.opportunity_id
        and ordered.version_number = contradicted.version_number
)

select
    evidenced.last_file_number,
    evidenced.opportunity_id,
    evidenced.version_number,
    evidenced.evidence_from_at,
    case when evidenced.version_number = 1 then timestamp '1900-01-01 00:00:00' else evidenced.evidence_from_at end as fixed_from_at,
    lead(evidenced.evidence_from_at) over (
        partition by evidenced.last_file_number, evidenced.opportunity_id order by evidenced.version_number
    ) as fixed_to_at,
    evidenced.is_gone,
    evidenced.is_closed_now as is_closed,
    evidenced.is_won_now as is_won,
    evidenced.closed_on,
    evidenced.closing_at,
    evidenced.created_at,
    evidenced.created_on,
    evidenced.opportunity_name,
    coalesce(merges.master_account_id, evidenced.account_id) as account_id,
    evidenced.rep_id,
    evidenced.deal_type,
    evidenced.segment,
    evidenced.product,
    evidenced.stage,
    evidenced.amount,
    evidenced.credit_amount,
    evidenced.currency,
    evidenced.list_amount,
    evidenced.direct_cost,
    evidenced.allocated_overhead,
    evidenced.scope_units,
    evidenced.probability,
    evidenced.close_on,
    evidenced.lead_source,
    evidenced.loss_reason,
    evidenced.loss_detail,
    evidenced.competitor,
    evidenced.file_number,
    evidenced.record_number,
from evidenced
left join working.account_merges as merges
    on evidenced.last_file_number = merges.last_file_number
    and evidenced.account_id = merges.account_id
