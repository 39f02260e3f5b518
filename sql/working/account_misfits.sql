-- Accounts that we do not sell to, by the settings of [fit]: each known field that is judged and does not fit.
-- One row per as-of date and account that misfits or was judged at all. A field that nothing tells of is not judged.
with lists as (
    select
        count(case when field = 'industry' then 1 end) > 0 as has_industries,
        count(case when field = 'country' then 1 end) > 0 as has_countries,
        count(case when field = 'platform' then 1 end) > 0 as has_platforms,
        count(case when field = 'use_case' then 1 end) > 0 as has_use_cases,
    from staging.fit_values
),

limits as (
    select
        max(case when field = 'employees' then min_value end) as min_employees,
        max(case when field = 'employees' then max_value end) as max_employees,
        max(case when field = 'annual_revenue' then min_value end) as min_revenue,
        max(case when field = 'annual_revenue' then max_value end) as max_revenue,
    from staging.fit_limits
),

-- Where nothing is judged no account is looked at.
judgeable as (
    select accounts.*
    from staging.accounts as accounts
    cross join lists
    cross join limits
    where lists.has_industries or lists.has_countries or lists.has_platforms or lists.has_use_cases
        or coalesce(limits.min_employees, limits.max_employees, limits.min_revenue, limits.max_revenue) is not null
),

judged as (
    select
        accounts.as_of_on,
        accounts.account_id,
        case when lists.has_industries and accounts.industry is not null then industries.value is null end
            as is_wrong_industry,
        case when lists.has_countries and accounts.country is not null then countries.value is null end
            as is_wrong_country,
        case when lists.has_platforms and accounts.platform is not null then platforms.value is null end
            as is_wrong_platform,
        case when lists.has_use_cases and accounts.use_case is not null then use_cases.value is null end
            as is_wrong_use_case,
        accounts.employees < limits.min_employees or accounts.employees > limits.max_employees as is_wrong_employees,
        accounts.annual_revenue < limits.min_revenue or accounts.annual_revenue > limits.max_revenue
            as is_wrong_revenue,
    from judgeable as accounts
    cross join lists
    cross join limits
    left join staging.fit_values as industries
        on industries.field = 'industry' and lower(trim(accounts.industry)) = industries.value
    left join staging.fit_values as countries
        on countries.field = 'country' and lower(trim(accounts.country)) = countries.value
    left join staging.fit_values as platforms
        on platforms.field = 'platform' and lower(trim(accounts.platform)) = platforms.value
    left join staging.fit_values as use_cases
        on use_cases.field = 'use_case' and lower(trim(accounts.use_case)) = use_cases.value
)

select
    as_of_on,
    account_id,
    coalesce(is_wrong_industry, false) or coalesce(is_wrong_employees, false) or coalesce(is_wrong_revenue, false)
    or coalesce(is_wrong_country, false) or coalesce(is_wrong_platform, false) or coalesce(is_wrong_use_case, false)
        as is_misfit,
    concat_ws(
        ',',
        case when is_wrong_country then 'country' end,
        case when is_wrong_industry then 'industry' end,
        case when is_wrong_platform then 'platform' end,
        case when is_wrong_employees or is_wrong_revenue then 'size' end,
        case when is_wrong_use_case then 'use_case' end
    ) as misfit_fields,
from judged
where coalesce(
    is_wrong_industry, is_wrong_employees, is_wrong_revenue, is_wrong_country, is_wrong_platform, is_wrong_use_case
) is not null
