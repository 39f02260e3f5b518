-- Walk-away points that were set by each as-of date.
-- One row per as-of date, opportunity_id and set_at.
with known as (
    select
        weeks.as_of_on,
        walk_away_points.*,
        row_number() over (
            partition by weeks.as_of_on, walk_away_points.opportunity_id, walk_away_points.set_at
            order by walk_away_points.version_from_at desc, walk_away_points.file_number desc, walk_away_points.record_number desc
        ) as recency,
    from staging.weeks as weeks
    inner join raw.walk_away_points as walk_away_points
        on walk_away_points.file_number <= weeks.last_file_number
        and walk_away_points.version_from_at < weeks.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    set_at,
    floor_amount,
    threshold_amount,
    currency,
    set_by,
from known
where recency = 1
