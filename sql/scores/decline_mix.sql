-- Declines of every quarter by why, where and when we left: reason, zone, phase, days in the stage, door, quota made or not.
-- One row per as-of date, quarter, dimension and code. Each dimension holds every decline once. Money in reporting currency.
with declines as (
    select
        declined.as_of_on,
        declined.quarter_start_on,
        declined.demanded_amount,
        declined.loss_avoided_amount,
        declined.is_good_decline,
        declined.reason,
        coalesce(declined.zone_at_decline, 'unknown') as zone,
        coalesce(details.phase_at_decline, 'unknown') as phase,
        case
            when details.stage_age_days is null then 'unknown'
            when details.stage_age_days < 14 then '0-13'
            when details.stage_age_days < 30 then '14-29'
            when details.stage_age_days < 90 then '30-89'
            else '90+'
        end as stage_age,
        coalesce(declined.exit_type, 'unknown') as exit_type,
        case when details.is_under_quota then 'under' when not details.is_under_quota then 'made' else 'unknown' end
            as quota,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    inner join scores.decline_details as details
        on declined.as_of_on = details.as_of_on
        and declined.opportunity_id = details.opportunity_id
        and declined.decided_at = details.decided_at
),

coded as (
    select declines.*, 'reason' as dimension, reason as code from declines
    union all
    select declines.*, 'zone', zone from declines
    union all
    select declines.*, 'phase', phase from declines
    union all
    select declines.*, 'stage_age', stage_age from declines
    union all
    select declines.*, 'exit_type', exit_type from declines
    union all
    select declines.*, 'quota', quota from declines
)

select
    as_of_on,
    quarter_start_on,
    dimension,
    code,
    count(*) as declined_count,
    count(case when is_good_decline then 1 end) as good_decline_count,
    cast(sum(demanded_amount) as decimal(18, 4)) as declined_amount,
    cast(sum(loss_avoided_amount) as decimal(18, 4)) as loss_avoided_amount,
from coded
group by as_of_on, quarter_start_on, dimension, code
