-- Everybody who has a scorecard: reps with a quota or with deals of the last five quarters, and reps who just began.
-- One row per as-of date and rep.
with dealing as (
    select distinct
        shares.as_of_on,
        shares.rep_id,
    from working.deal_shares as shares
    inner join working.dated_deals as deals
        on shares.as_of_on = deals.as_of_on
        and shares.opportunity_id = deals.opportunity_id
    inner join staging.weeks as weeks
        on shares.as_of_on = weeks.as_of_on
    where deals.closed_on is null or deals.closed_on >= weeks.history_start_on
),

idle as (
    select
        reps.as_of_on,
        reps.rep_id,
    from staging.reps as reps
    left join staging.reps as reports
        on reps.as_of_on = reports.as_of_on
        and reps.rep_id = reports.manager_id
    where reports.rep_id is null
        and not reps.has_left
        and (reps.started_on is null or reps.started_on <= reps.as_of_on)
),

everybody as (
    select as_of_on, rep_id from dealing
    union
    select as_of_on, rep_id from staging.rep_quotas
    union
    select as_of_on, rep_id from idle
)

select
    everybody.as_of_on,
    everybody.rep_id,
    coalesce(reps.rep_name, everybody.rep_id) as rep_name,
    coalesce(reps.team, 'unassigned') as team,
    reps.segment,
    reps.region,
    reps.manager_id,
    reps.started_on,
    reps.rep_id is not null as is_known,
    case
        when quotas.quota_amount > 0 then quotas.quota_amount
        when not coalesce(quotas.is_without_rate, false) then parameters.fallback_quota_amount
    end as quota_amount,
    coalesce(
        reps.started_on + to_months(parameters.ramp_months) > everybody.as_of_on, false
    ) as is_ramping,
from everybody
cross join staging.parameters as parameters
left join staging.reps as reps
    on everybody.as_of_on = reps.as_of_on
    and everybody.rep_id = reps.rep_id
left join staging.rep_quotas as quotas
    on everybody.as_of_on = quotas.as_of_on
    and everybody.rep_id = quotas.rep_id
