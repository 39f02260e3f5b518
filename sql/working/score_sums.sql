-- Squared errors of what would have been predicted, and of the base rate: what skill is computed from.
-- One row per last_file_number, quarter of the weeks being scored, finished quarter, segment, band of weeks left and owner; a deal counts once in a
-- band, with the mean of its squared errors there.
with deals as (
    select
        tested.last_file_number,
        tested.quarter_start_on,
        tested.target_start_on,
        tested.segment,
        tested.weeks_left_band,
        tested.opportunity_id,
        max(tested.cluster_id) as cluster_id,
        cast(sum(cast(tested.error_sum as decimal(38, 10))) as double) / sum(tested.snapshot_count) as error,
        max(tested.base_rate) - max(case when tested.is_won then 1 else 0 end) as base_error,
    from working.tested_deals as tested
    group by
        tested.last_file_number, tested.quarter_start_on, tested.target_start_on, tested.segment,
        tested.weeks_left_band, tested.opportunity_id
)

select
    deals.last_file_number,
    deals.quarter_start_on,
    deals.target_start_on,
    deals.segment,
    deals.weeks_left_band,
    deals.cluster_id,
    count(*) as deal_count,
    sum(cast(deals.error as decimal(38, 10))) as error_sum,
    sum(cast(deals.base_error * deals.base_error as decimal(38, 10))) as base_error_sum,
from deals
group by
    deals.last_file_number, deals.quarter_start_on, deals.target_start_on, deals.segment, deals.weeks_left_band,
    deals.cluster_id
