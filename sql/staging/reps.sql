-- Reps as they were known by each as-of date.
-- One row per as-of date and rep_id.
with known as (
    select
        weeks.as_of_on,
        reps.*,
        row_number() over (
            partition by weeks.as_of_on, reps.rep_id
            order by reps.version_from_at desc, reps.file_number desc, reps.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.reps as reps
        on reps.file_number <= weeks.last_file_number
        and reps.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    rep_id,
    rep_name,
    email,
    manager_id,
    team,
    region,
    segment,
    started_on,
    ended_on,
    is_gone,
from known
where recency = 1
