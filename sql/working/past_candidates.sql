-- Deals that were candidates on any snapshot day of a finished quarter, how often, and whether that was their first quarter.
-- One row per last_file_number, finished quarter and opportunity; previous_start_on is the quarter in which it was a candidate before.
with counted as (
    select
        snapshots.last_file_number,
        snapshots.quarter_start_on,
        snapshots.opportunity_id,
        count(*) as snapshot_count,
    from working.learning_snapshots as snapshots
    group by snapshots.last_file_number, snapshots.quarter_start_on, snapshots.opportunity_id
)

select
    counted.last_file_number,
    counted.quarter_start_on,
    counted.opportunity_id,
    counted.snapshot_count,
    lag(counted.quarter_start_on) over (
        partition by counted.last_file_number, counted.opportunity_id order by counted.quarter_start_on
    ) as previous_start_on,
from counted
