-- How each decline was made and kept: when in the deal, under which quota, which door was left, what followed.
-- One row per decline and as-of date (03-metrics.md, section 4).
with told as (
    select
        declined_rows.as_of_on,
        declined_rows.opportunity_id,
        declined_rows.decided_at,
        trim(coalesce(declined_rows.reentry_conditions, '')) <> '' as has_conditions,
        trim(coalesce(declined_rows.referred_to, '')) <> '' as is_referred,
    from working.declined_rows as declined_rows
),

runs as (
    select
        declined.as_of_on,
        declined.opportunity_id,
        declined.decided_at,
        bool_or(coalesce(runs.is_made, false)) as is_made,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    inner join working.quarter_quotas as quotas
        on declined.as_of_on = quotas.as_of_on
        and declined.quarter_start_on = quotas.quarter_start_on
        and declined.rep_id = quotas.rep_id
    left join working.quota_runs as runs
        on declined.as_of_on = runs.as_of_on
        and declined.quarter_start_on = runs.quarter_start_on
        and declined.rep_id = runs.rep_id
        and runs.closing_at <= declined.decided_at
    where quotas.quota_amount > 0
    group by declined.as_of_on, declined.opportunity_id, declined.decided_at
),

conceded as (
    select
        declined.as_of_on,
        declined.opportunity_id,
        declined.decided_at,
        count(*) as concession_count,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    cross join staging.exposure_parameters as parameters
    inner join working.seller_moves as moves
        on declined.as_of_on = moves.as_of_on
        and declined.returned_opportunity_id = moves.opportunity_id
        and moves.is_concession
        and moves.moved_at > declined.returned_at
        and moves.moved_at <= declined.returned_at + to_days(parameters.concede_days)
    group by declined.as_of_on, declined.opportunity_id, declined.decided_at
),

loaded as (
    select
        as_of_on,
        bool_or(entity = 'activities') as has_activities,
        bool_or(entity = 'offers') as has_offers,
    from staging.loaded_entities
    group by as_of_on
)

select
    declined.as_of_on,
    declined.opportunity_id,
    declined.decided_at,
    case moments.phase_order
        when 0 then 'recognition' when 1 then 'qualified' when 2 then 'evaluation' when 3 then 'negotiation'
    end as phase_at_decline,
    date_diff('day', moments.stage_since_at, declined.decided_at) as stage_age_days,
    date_diff('day', deals.created_at, declined.decided_at) as deal_age_days,
    not runs.is_made as is_under_quota,
    told.has_conditions or declined.reentry_min_amount is not null as has_reentry_conditions,
    told.is_referred,
    case when declined.exit_type = 'closed_door' then declined.reason in ('misfit', 'red_flag') end
        as is_closed_door_consistent,
    trim(coalesce(declined.escalated_to, '')) <> '' as is_escalated,
    case
        when trim(coalesce(declined.escalated_to, '')) <> ''
            then coalesce(lower(trim(declined.escalation_outcome)) in ('saved', 'solution', 'solution found'), false)
                or coalesce(declined.later_status = 'won', false)
    end as is_saved,
    returns.what_changed,
    returns.conditions_met,
    case when declined.returned_at is not null and loaded.has_offers then coalesce(conceded.concession_count, 0) > 0 end
        as is_conceded_at_return,
    case when declined.exit_type = 'open_door' and loaded.has_activities then coalesce(touches.touch_count, 0) end
        as touch_count,
    touches.last_touch_at,
    case
        when declined.exit_type = 'open_door' and declined.returned_at is null and loaded.has_activities
            then date_diff('day', coalesce(touches.last_touch_at, declined.decided_at), weeks.as_of_end_at)
                > parameters.stale_days
    end as is_stale,
from scores.declined_deals as declined
inner join staging.weeks as weeks
    on declined.as_of_on = weeks.as_of_on
cross join staging.exposure_parameters as parameters
left join loaded
    on declined.as_of_on = loaded.as_of_on
left join staging.deals as deals
    on declined.as_of_on = deals.as_of_on
    and declined.opportunity_id = deals.opportunity_id
left join told
    on declined.as_of_on = told.as_of_on
    and declined.opportunity_id = told.opportunity_id
    and declined.decided_at = told.decided_at
left join working.decline_moments as moments
    on declined.as_of_on = moments.as_of_on
    and declined.opportunity_id = moments.opportunity_id
    and declined.decided_at = moments.decided_at
left join runs
    on declined.as_of_on = runs.as_of_on
    and declined.opportunity_id = runs.opportunity_id
    and declined.decided_at = runs.decided_at
left join conceded
    on declined.as_of_on = conceded.as_of_on
    and declined.opportunity_id = conceded.opportunity_id
    and declined.decided_at = conceded.decided_at
left join working.door_touches as touches
    on declined.as_of_on = touches.as_of_on
    and declined.opportunity_id = touches.opportunity_id
    and declined.decided_at = touches.decided_at
left join staging.returns as returns
    on declined.as_of_on = returns.as_of_on
    and declined.opportunity_id = returns.opportunity_id
    and declined.returned_at = returns.returned_at
