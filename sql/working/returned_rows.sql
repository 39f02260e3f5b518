-- Returns that were recorded by each as-of date.
-- One row per as-of date, opportunity_id and returned_at.
with known as (
    select
        weeks.as_of_on,
        returns.*,
        row_number() over (
            partition by weeks.as_of_on, returns.opportunity_id, returns.returned_at
            order by returns.version_from_at desc, returns.file_number desc, returns.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.returns as returns
        on returns.file_number <= weeks.last_file_number
        and returns.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    returned_at,
    coalesce(new_opportunity_id, opportunity_id) as new_opportunity_id,
    returned_amount,
    what_changed,
    conditions_met,
from known
where recency = 1
