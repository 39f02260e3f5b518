-- How much more or less often a rep's candidates were won than their cells say, in the last finished quarters before the one predicted.
-- One row per last_file_number, quarter of the weeks being scored, quarter predicted and rep who was known to own a candidate then.
-- A deal counts once a quarter: shared among its snapshots of that quarter, for owner and cell may change.
with weighed as (
    select
        snapshots.last_file_number,
        snapshots.quarter_start_on,
        snapshots.rep_id,
        snapshots.segment,
        snapshots.phase_order,
        snapshots.weeks_left_band,
        snapshots.close_class,
        sum(cast(cast(1 as double) / candidates.snapshot_count as decimal(18, 10))) as deal_weight,
        sum(
            case
                when snapshots.is_won_in_quarter
                    then cast(cast(1 as double) / candidates.snapshot_count as decimal(18, 10))
                else 0
            end
        ) as won_weight,
    from working.snapshots as snapshots
    inner join working.past_candidates as candidates
        on snapshots.last_file_number = candidates.last_file_number
        and snapshots.quarter_start_on = candidates.quarter_start_on
        and snapshots.opportunity_id = candidates.opportunity_id
    where snapshots.rep_id is not null
    group by
        snapshots.last_file_number, snapshots.quarter_start_on, snapshots.rep_id, snapshots.segment,
        snapshots.phase_order, snapshots.weeks_left_band, snapshots.close_class
),

summed as (
    select
        training.last_file_number,
        training.quarter_start_on,
        training.target_start_on,
        weighed.rep_id,
        sum(weighed.won_weight) as won_count,
        sum(cast(cast(weighed.deal_weight as double) * rates.win_rate as decimal(38, 10))) as predicted_count,
    from working.training_quarters as training
    cross join staging.learning_parameters as parameters
    inner join weighed
        on training.last_file_number = weighed.last_file_number
        and training.past_start_on = weighed.quarter_start_on
    inner join working.win_rates as rates
        on training.last_file_number = rates.last_file_number
        and training.quarter_start_on = rates.quarter_start_on
        and training.target_start_on = rates.target_start_on
        and rates.level = 'cell'
        and weighed.segment = rates.segment
        and weighed.phase_order = rates.phase_order
        and weighed.weeks_left_band = rates.weeks_left_band
        and weighed.close_class = rates.close_class
    where training.quarter_age <= parameters.rep_quarters
    group by training.last_file_number, training.quarter_start_on, training.target_start_on, weighed.rep_id
)

select
    summed.last_file_number,
    summed.quarter_start_on,
    summed.target_start_on,
    summed.rep_id,
    cast(summed.won_count as double) as won_count,
    cast(summed.predicted_count as double) as predicted_count,
    greatest(
        parameters.rep_factor_low,
        least(
            parameters.rep_factor_high,
            (cast(summed.won_count as double) + parameters.rep_prior_wins)
            / (cast(summed.predicted_count as double) + parameters.rep_prior_wins)
        )
    ) as rep_factor,
from summed
cross join staging.learning_parameters as parameters
