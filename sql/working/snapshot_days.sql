-- The days of finished quarters on which the pipeline is looked at again: in the middle of each week left, the last day being 0.
-- One row per last_file_number, finished quarter and whole weeks left; 03-metrics.md, section 3, names the bands.
with past as (
    select distinct
        quarters.last_file_number,
        quarters.past_start_on,
        quarters.past_end_on,
        quarters.past_end_at,
    from working.learning_quarters as quarters
),

bands as (
    select bands.weeks_left, bands.weeks_left_band
    from staging.weeks_left_bands as bands
)

select
    past.last_file_number,
    past.past_start_on as quarter_start_on,
    past.past_end_on as quarter_end_on,
    past.past_end_at as quarter_end_at,
    bands.weeks_left,
    bands.weeks_left_band,
    days.day_on as snapshot_on,
    days.end_at as snapshot_end_at,
from past
cross join bands
inner join staging.days as days
    on past.past_end_on - (7 * bands.weeks_left + 3) = days.day_on
where days.day_on >= past.past_start_on
