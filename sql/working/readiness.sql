-- Readiness items that were met by each as-of date.
-- One row per as-of date, opportunity_id and item.
with known as (
    select
        weeks.as_of_on,
        readiness.*,
        row_number() over (
            partition by weeks.as_of_on, readiness.opportunity_id, readiness.item
            order by readiness.version_from_at desc, readiness.file_number desc, readiness.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.readiness as readiness
        on readiness.file_number <= weeks.last_file_number
        and readiness.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    item,
    met_at,
from known
where recency = 1
