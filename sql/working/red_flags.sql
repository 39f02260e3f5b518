-- Red flags that were seen by each as-of date.
-- One row per as-of date, opportunity_id, flag and observed_at.
with known as (
    select
        weeks.as_of_on,
        red_flags.*,
        row_number() over (
            partition by weeks.as_of_on, red_flags.opportunity_id, red_flags.flag, red_flags.observed_at
            order by red_flags.version_from_at desc, red_flags.file_number desc, red_flags.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.red_flags as red_flags
        on red_flags.file_number <= weeks.last_file_number
        and red_flags.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    flag,
    observed_at,
from known
where recency = 1
