-- Quotas as they were known at each moment, in the periods of the export.
-- One row per last_file_number, moment, rep_id and period_start_on.
with known as (
    select
        moments.last_file_number,
        moments.known_on,
        moments.quarter_start_on,
        quotas.rep_id,
        quotas.period_start_on,
        quotas.period,
        quotas.quota_amount,
        quotas.currency,
        row_number() over (
            partition by moments.last_file_number, moments.known_on, quotas.rep_id, quotas.period_start_on
            order by quotas.version_from_at desc, quotas.file_number desc, quotas.record_number desc
        ) as recency,
    from working.known_moments as moments
    inner join raw.quotas as quotas
        on quotas.file_number <= moments.last_file_number
        and quotas.version_from_at < moments.known_until_at
        and quotas.period_start_on < moments.quarter_end_on + 1 + interval 3 month
)

select
    last_file_number,
    known_on,
    quarter_start_on,
    rep_id,
    period_start_on,
    coalesce(period, 'quarter') as period,
    quota_amount,
    currency,
from known
where recency = 1
