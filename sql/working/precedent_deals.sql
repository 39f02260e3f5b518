-- The next deal of an account after one that was won below its threshold (exception), or at it or above (clear).
-- One row per as-of date and won deal with a line that has a next one. Shares are of the next deal's list price.
with won as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        deals.account_id,
        deals.closing_at,
        case when deals.zone = 'clear' then 'clear' else 'exception' end as after_kind,
    from staging.deals as deals
    where deals.outcome = 'won' and deals.zone is not null and deals.account_id is not null
),

followed as (
    select
        won.as_of_on,
        won.opportunity_id,
        won.after_kind,
        later.opportunity_id as next_opportunity_id,
        later.outcome,
        later.zone,
        later.price_amount,
        later.list_amount,
        later.currency,
        row_number() over (
            partition by won.as_of_on, won.opportunity_id order by later.created_at, later.opportunity_id
        ) as place,
    from won
    inner join staging.deals as later
        on won.as_of_on = later.as_of_on
        and won.account_id = later.account_id
        and won.opportunity_id <> later.opportunity_id
        and later.created_at > won.closing_at
    where later.outcome <> 'void'
),

first_demands as (
    select
        offers.as_of_on,
        offers.opportunity_id,
        min_by(offers.amount, offers.offered_at) as amount,
        min_by(offers.currency, offers.offered_at) as currency,
    from working.offers as offers
    where offers.side = 'buyer'
    group by offers.as_of_on, offers.opportunity_id
)

select
    followed.as_of_on,
    followed.after_kind,
    followed.opportunity_id,
    followed.next_opportunity_id,
    case
        when coalesce(first_demands.currency, followed.currency) is not distinct from followed.currency
            then cast(first_demands.amount as double) / nullif(cast(followed.list_amount as double), 0)
    end as opening_demand_share,
    case
        when followed.outcome = 'won'
            then cast(followed.price_amount as double) / nullif(cast(followed.list_amount as double), 0)
    end as price_list_share,
    case when followed.outcome = 'won' and followed.zone is not null then followed.zone <> 'clear' end
        as is_below_threshold,
from followed
left join first_demands
    on followed.as_of_on = first_demands.as_of_on
    and followed.next_opportunity_id = first_demands.opportunity_id
where followed.place = 1
