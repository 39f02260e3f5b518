-- Quotas as they were known by each as-of date, in the periods of the export.
-- One row per as-of date, rep_id and period_start_on.
with known as (
    select
        weeks.as_of_on,
        quotas.*,
        row_number() over (
            partition by weeks.as_of_on, quotas.rep_id, quotas.period_start_on
            order by quotas.version_from_at desc, quotas.file_number desc, quotas.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.quotas as quotas
        on quotas.file_number <= weeks.last_file_number
        and quotas.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    rep_id,
    period_start_on,
    coalesce(period, 'quarter') as period,
    quota_amount,
    currency,
from known
where recency = 1
