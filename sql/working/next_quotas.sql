-- Quotas of the next quarter, as far as they are known by the as-of date. One row per as-of date and rep with a positive one.
select
    sellers.as_of_on,
    sellers.rep_id,
    sellers.team,
    case
        when quotas.quota_amount > 0 then quotas.quota_amount
        when not coalesce(quotas.is_without_rate, false) then parameters.fallback_quota_amount
    end as quota_amount,
from staging.sellers as sellers
cross join staging.parameters as parameters
inner join staging.weeks as weeks
    on sellers.as_of_on = weeks.as_of_on
left join working.quarter_quotas as quotas
    on sellers.as_of_on = quotas.as_of_on
    and sellers.rep_id = quotas.rep_id
    and quotas.quarter_start_on = weeks.quarter_end_on + 1
where quotas.quota_amount > 0
    or (parameters.fallback_quota_amount is not null and not coalesce(quotas.is_without_rate, false))
