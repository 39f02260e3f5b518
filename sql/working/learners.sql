-- Whether a quarter has enough finished quarters before it to be predicted from them (03-metrics.md, section 3, Win probability).
-- One row per last_file_number, quarter of the weeks being scored and quarter predicted; a deal is counted once over all its quarters.
with arrivals as (
    select
        candidates.last_file_number,
        candidates.quarter_start_on,
        candidates.previous_start_on,
        count(*) as deal_count,
    from working.past_candidates as candidates
    group by candidates.last_file_number, candidates.quarter_start_on, candidates.previous_start_on
),

oldest as (
    select
        training.last_file_number,
        training.quarter_start_on,
        training.target_start_on,
        min(training.past_start_on) as first_start_on,
    from working.training_quarters as training
    group by training.last_file_number, training.quarter_start_on, training.target_start_on
),

counted as (
    select
        oldest.last_file_number,
        oldest.quarter_start_on,
        oldest.target_start_on,
        count(distinct arrivals.quarter_start_on) as quarter_count,
        coalesce(
            sum(
                case
                    when arrivals.previous_start_on is null or arrivals.previous_start_on < oldest.first_start_on
                        then arrivals.deal_count
                end
            ),
            0
        ) as deal_count,
    from oldest
    left join arrivals
        on oldest.last_file_number = arrivals.last_file_number
        and arrivals.quarter_start_on >= oldest.first_start_on
        and arrivals.quarter_start_on < oldest.target_start_on
    group by oldest.last_file_number, oldest.quarter_start_on, oldest.target_start_on
)

select
    counted.last_file_number,
    counted.quarter_start_on,
    counted.target_start_on,
    cast(counted.quarter_count as bigint) as quarter_count,
    cast(counted.deal_count as bigint) as deal_count,
    counted.deal_count >= parameters.min_learnt_deals and counted.quarter_count >= parameters.min_learnt_quarters
        as is_learnt,
from counted
cross join staging.learning_parameters as parameters
