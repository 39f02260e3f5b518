-- The last time a deal showed that it lives: a stage advance, an amount change, an offer, or something its buyer did.
-- One row per as-of date and open opportunity; is_told is false where the workspace exports nothing of that kind.
with buyers as (
    select
        weeks.as_of_on,
        activities.opportunity_id,
        max(activities.occurred_at) as last_buyer_at,
    from staging.weeks as weeks
    inner join raw.activities as activities
        on activities.file_number <= weeks.last_file_number
        and activities.occurred_at < weeks.as_of_end_at
    where activities.side = 'buyer'
    group by weeks.as_of_on, activities.opportunity_id
)

select
    deals.as_of_on,
    deals.opportunity_id,
    sources.is_told,
    nullif(
        greatest(
            coalesce(history.last_advance_at, timestamp '1900-01-01 00:00:00'),
            coalesce(history.last_amount_change_at, timestamp '1900-01-01 00:00:00'),
            coalesce(deals.seller_offered_at, timestamp '1900-01-01 00:00:00'),
            coalesce(deals.buyer_offered_at, timestamp '1900-01-01 00:00:00'),
            coalesce(buyers.last_buyer_at, timestamp '1900-01-01 00:00:00'),
            coalesce(deals.created_at, timestamp '1900-01-01 00:00:00')
        ),
        timestamp '1900-01-01 00:00:00'
    ) as last_sign_at,
from staging.deals as deals
inner join staging.weeks as weeks
    on deals.as_of_on = weeks.as_of_on
inner join working.life_sources as sources
    on weeks.last_file_number = sources.last_file_number
left join working.deal_history as history
    on deals.as_of_on = history.as_of_on
    and deals.opportunity_id = history.opportunity_id
left join buyers
    on deals.as_of_on = buyers.as_of_on
    and deals.opportunity_id = buyers.opportunity_id
where deals.outcome = 'open'
