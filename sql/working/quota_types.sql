-- Whether a deal counts towards quota by its type.
-- One row per as-of date and opportunity.
select
    deals.as_of_on,
    deals.opportunity_id,
    types.is_quota_type,
from working.dated_deals as deals
inner join working.counted_types as types
    on coalesce(deals.deal_type, '') = types.deal_type
