-- Whether deals of a type count towards quota: the types that the settings name, else everything but renewals.
-- One row per deal type that any deal has; '' stands for none.
with named as (
    select count(*) > 0 as has_types
    from staging.quota_deal_types
),

told as (
    select distinct coalesce(versions.deal_type, '') as deal_type
    from working.opportunity_versions as versions
)

select
    told.deal_type,
    case
        when named.has_types then types.deal_type is not null
        else lower(told.deal_type) not like '%renew%'
    end as is_quota_type,
from told
cross join named
left join staging.quota_deal_types as types
    on told.deal_type = types.deal_type
