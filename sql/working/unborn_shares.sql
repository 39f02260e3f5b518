-- N: business that is not in the pipeline yet, as shares of quota that are equally likely (03-metrics.md, section 3).
-- One row per last_file_number, quarter of the weeks being scored, segment ('' for the company), whole weeks left and point: the means of at most
-- `unborn.max_points` equal parts of the finished rep-quarters, smallest first. A segment, or the company, with fewer than
-- `unborn.min_rep_quarters` of them has none.
with pooled as (
    select
        quarters.last_file_number,
        quarters.quarter_start_on,
        groups.segment,
        money.weeks_left,
        money.rep_id,
        quarters.past_start_on,
        money.unborn_share,
    from working.learning_quarters as quarters
    inner join working.unborn_money as money
        on quarters.last_file_number = money.last_file_number
        and quarters.past_start_on = money.quarter_start_on
    inner join (
        select '' as segment
        union
        select distinct money.segment from working.unborn_money as money where money.segment <> ''
    ) as groups
        on groups.segment = ''
        or groups.segment = money.segment
),

placed as (
    select
        pooled.*,
        row_number() over (
            partition by pooled.last_file_number, pooled.quarter_start_on, pooled.segment, pooled.weeks_left
            order by pooled.unborn_share, pooled.rep_id, pooled.past_start_on
        ) as place,
        count(*) over (
            partition by pooled.last_file_number, pooled.quarter_start_on, pooled.segment, pooled.weeks_left
        ) as rep_quarter_count,
    from pooled
),

parted as (
    select
        placed.*,
        (placed.place - 1) * least(placed.rep_quarter_count, parameters.max_points) // placed.rep_quarter_count + 1
            as point_number,
    from placed
    cross join staging.learning_parameters as parameters
    where placed.rep_quarter_count >= parameters.min_rep_quarters
),

points as (
    select
        last_file_number,
        quarter_start_on,
        segment,
        weeks_left,
        cast(point_number as integer) as point_number,
        cast(sum(cast(unborn_share as decimal(38, 10))) as double) / count(*) as share,
        max(rep_quarter_count) as rep_quarter_count,
    from parted
    group by last_file_number, quarter_start_on, segment, weeks_left, point_number
),

latest as (
    select max(weeks_left) as weeks_left from working.snapshot_days
)

select last_file_number, quarter_start_on, segment, weeks_left, point_number, share, rep_quarter_count
from points
union all
-- The first day of a quarter of 92 days has a week more left than any snapshot.
select
    points.last_file_number, points.quarter_start_on, points.segment, bands.weeks_left, points.point_number, points.share,
    points.rep_quarter_count,
from points
inner join latest
    on points.weeks_left = latest.weeks_left
inner join staging.weeks_left_bands as bands
    on bands.weeks_left > latest.weeks_left
