-- New deals of accounts that we left, which may be the same business coming back: to be confirmed through the entity returns.
-- One row per as-of date and deal that ended: the first new deal of the account that looks alike. end_kind lost is the control.
with ended as (
    select
        declined.as_of_on,
        declined.opportunity_id,
        'declined' as end_kind,
        declined.decided_at as ended_at,
        declined.decided_on as ended_on,
        declined.rep_id,
        declined.demanded_amount as amount,
        declined.returned_at,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    union all
    select
        deals.as_of_on,
        deals.opportunity_id,
        'lost',
        deals.closing_at,
        deals.closed_on,
        deals.rep_id,
        deals.reporting_amount,
        cast(null as timestamp),
    from staging.deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    where deals.outcome = 'lost'
        and deals.closed_on >= weeks.history_start_on
),

described as (
    select
        ended.*,
        deals.opportunity_name,
        deals.account_id,
        deals.product,
        deals.deal_type,
    from ended
    inner join staging.deals as deals
        on ended.as_of_on = deals.as_of_on
        and ended.opportunity_id = deals.opportunity_id
    where ended.amount > 0 and deals.account_id is not null
),

alike as (
    select
        described.*,
        later.opportunity_id as new_opportunity_id,
        later.opportunity_name as new_opportunity_name,
        later.created_on as new_created_on,
        later.reporting_amount as new_amount,
        later.outcome as new_outcome,
        row_number() over (
            partition by described.as_of_on, described.end_kind, described.opportunity_id, described.ended_at
            order by later.created_at, later.opportunity_id
        ) as place,
    from described
    cross join staging.exposure_parameters as parameters
    inner join staging.deals as later
        on described.as_of_on = later.as_of_on
        and described.account_id = later.account_id
        and later.opportunity_id <> described.opportunity_id
        and later.created_at > described.ended_at
        and later.created_on <= described.ended_on + parameters.guess_days
    where (later.product = described.product or later.deal_type = described.deal_type)
        and coalesce(lower(later.deal_type), '') not like '%renew%'
        and cast(later.reporting_amount as double)
        between cast(described.amount as double) * cast(parameters.guess_low_ratio as double)
        and cast(described.amount as double) * cast(parameters.guess_high_ratio as double)
)

select
    as_of_on,
    opportunity_id,
    opportunity_name,
    end_kind,
    ended_at,
    ended_on,
    rep_id,
    account_id,
    amount as ended_amount,
    new_opportunity_id,
    new_opportunity_name,
    new_created_on,
    new_amount,
    new_outcome,
    new_created_on - ended_on as days_to_return,
    cast(new_amount as double) / nullif(cast(amount as double), 0) as amount_ratio,
    returned_at is not null as is_return_recorded,
from alike
where place = 1
