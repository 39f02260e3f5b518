-- What would have been predicted of the candidates of finished quarters, from the quarters before alone, and what came of them.
-- One row per last_file_number, quarter of the weeks being scored, finished quarter, deal, segment, band of weeks left and reliability bin: in each
-- bin and band a deal counts once, with the mean of what was predicted on its snapshots there. cluster_id is its owner, as known then or by the
-- first version of its row, else the deal itself: it serves the width of intervals alone.
with predicted as (
    select
        snapshots.last_file_number,
        rates.quarter_start_on,
        rates.target_start_on,
        snapshots.opportunity_id,
        snapshots.segment,
        snapshots.weeks_left_band,
        snapshots.rep_id,
        snapshots.is_won_in_quarter,
        rates.base_rate,
        greatest(
            parameters.low_probability,
            least(parameters.high_probability, rates.win_rate * coalesce(factors.rep_factor, 1))
        ) as win_probability,
    from working.test_rates as rates
    cross join staging.parameters as parameters
    inner join working.learning_snapshots as snapshots
        on rates.last_file_number = snapshots.last_file_number
        and rates.target_start_on = snapshots.quarter_start_on
        and rates.segment = snapshots.segment
        and rates.phase_order = snapshots.phase_order
        and rates.weeks_left_band = snapshots.weeks_left_band
        and rates.close_class = snapshots.close_class
    left join working.rep_factors as factors
        on rates.last_file_number = factors.last_file_number
        and rates.quarter_start_on = factors.quarter_start_on
        and rates.target_start_on = factors.target_start_on
        and snapshots.rep_id = factors.rep_id
),

binned as (
    select
        predicted.*,
        least(cast(floor(predicted.win_probability * parameters.bin_count) as integer), parameters.bin_count - 1)
            as bin_number,
        predicted.win_probability - case when predicted.is_won_in_quarter then 1 else 0 end as error,
    from predicted
    cross join staging.learning_parameters as parameters
),

deals as (
    select
        binned.last_file_number,
        binned.quarter_start_on,
        binned.target_start_on,
        binned.opportunity_id,
        binned.segment,
        binned.weeks_left_band,
        binned.bin_number,
        max(binned.rep_id) as rep_id,
        bool_or(binned.is_won_in_quarter) as is_won,
        max(binned.base_rate) as base_rate,
        count(*) as snapshot_count,
        cast(sum(cast(binned.win_probability as decimal(18, 10))) as double) / count(*) as win_probability,
        cast(sum(cast(binned.error * binned.error as decimal(18, 10))) as double) as error_sum,
    from binned
    group by
        binned.last_file_number, binned.quarter_start_on, binned.target_start_on, binned.opportunity_id,
        binned.segment, binned.weeks_left_band, binned.bin_number
)

select
    deals.last_file_number,
    deals.quarter_start_on,
    deals.target_start_on,
    deals.opportunity_id,
    deals.segment,
    deals.weeks_left_band,
    deals.bin_number,
    coalesce(deals.rep_id, versions.rep_id, deals.opportunity_id) as cluster_id,
    deals.is_won,
    deals.base_rate,
    deals.snapshot_count,
    deals.win_probability,
    deals.error_sum,
from deals
inner join working.opportunity_versions as versions
    on deals.last_file_number = versions.last_file_number
    and deals.opportunity_id = versions.opportunity_id
    and versions.version_number = 1
