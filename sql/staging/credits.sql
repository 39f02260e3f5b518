-- Shares of deals as they were known by each as-of date.
-- One row per as-of date, opportunity_id and rep_id.
with known as (
    select
        weeks.as_of_on,
        credits.*,
        row_number() over (
            partition by weeks.as_of_on, credits.opportunity_id, credits.rep_id
            order by credits.version_from_at desc, credits.file_number desc, credits.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.credits as credits
        on credits.file_number <= weeks.last_file_number
        and credits.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    rep_id,
    share,
from known
where recency = 1
