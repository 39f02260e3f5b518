-- Squared errors of what was said of quarters without a deal, and of the base rate: what skill is computed from.
-- One row per sight, finished quarter, segment, band of weeks left and rep; a deal counts once in a band, with the mean of its squared
-- errors there. The base rate is that of the band over all quarters tested, which a forecast cannot know: the harder comparison.
with deals as (
    select
        last_file_number,
        scored_number,
        quarter_start_on,
        target_start_on,
        segment,
        weeks_left_band,
        rep_id,
        opportunity_id,
        case when bool_and(is_made) then 1 else 0 end as made_count,
        cast(sum(cast(error_sum as decimal(38, 10))) as double) / sum(snapshot_count) as error,
    from working.without_outcomes
    group by
        last_file_number, scored_number, quarter_start_on, target_start_on, segment, weeks_left_band, rep_id,
        opportunity_id
),

based as (
    select
        deals.*,
        deals.made_count - cast(
            sum(deals.made_count) over (
                partition by deals.last_file_number, deals.scored_number, deals.quarter_start_on, deals.weeks_left_band
            ) as double
        ) / count(*) over (
            partition by deals.last_file_number, deals.scored_number, deals.quarter_start_on, deals.weeks_left_band
        ) as base_error,
    from deals
)

select
    last_file_number,
    scored_number,
    quarter_start_on,
    target_start_on,
    segment,
    weeks_left_band,
    rep_id as cluster_id,
    count(*) as deal_count,
    sum(cast(error as decimal(38, 10))) as error_sum,
    sum(cast(base_error * base_error as decimal(38, 10))) as base_error_sum,
from based
group by last_file_number, scored_number, quarter_start_on, target_start_on, segment, weeks_left_band, rep_id
