-- Whether a deal counts towards quota by its type: the types that the settings name, else everything but renewals.
-- One row per as-of date and opportunity.
with named as (
    select count(*) > 0 as has_types
    from staging.quota_deal_types
)

select
    deals.as_of_on,
    deals.opportunity_id,
    case
        when named.has_types then types.deal_type is not null
        else coalesce(lower(deals.deal_type) not like '%renew%', true)
    end as is_quota_type,
from working.dated_deals as deals
cross join named
left join staging.quota_deal_types as types
    on deals.deal_type = types.deal_type
