-- Accounts as they were known by each as-of date.
-- One row per as-of date and account_id.
with known as (
    select
        weeks.as_of_on,
        accounts.*,
        row_number() over (
            partition by weeks.as_of_on, accounts.account_id
            order by accounts.version_from_at desc, accounts.file_number desc, accounts.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.accounts as accounts
        on accounts.file_number <= weeks.last_file_number
        and accounts.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    account_id,
    account_name,
    industry,
    annual_revenue,
    employees,
    country,
    platform,
    use_case,
    is_strategic,
from known
where recency = 1
