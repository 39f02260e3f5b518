-- How often a quarter was made without a deal of which that was said, by bins of equal width (03-metrics.md, section 7).
-- One row per as-of date, segment ('' for deals without one), band of weeks left and bin that holds a deal.
with counted as (
    select
        outcomes.last_file_number,
        outcomes.scored_number,
        outcomes.quarter_start_on,
        outcomes.segment,
        outcomes.weeks_left_band,
        outcomes.bin_number,
        count(*) as deal_count,
        count(case when outcomes.is_made then 1 end) as won_count,
        count(distinct outcomes.target_start_on) as quarter_count,
        sum(cast(outcomes.without_probability as decimal(38, 10))) as predicted_sum,
    from working.without_outcomes as outcomes
    group by
        outcomes.last_file_number, outcomes.scored_number, outcomes.quarter_start_on, outcomes.segment,
        outcomes.weeks_left_band, outcomes.bin_number
)

select
    weeks.as_of_on,
    counted.segment,
    counted.weeks_left_band,
    cast(counted.bin_number as double) / parameters.bin_count as bin_low,
    cast(counted.bin_number + 1 as double) / parameters.bin_count as bin_high,
    cast(counted.predicted_sum as double) / counted.deal_count as predicted_mean,
    cast(counted.won_count as double) / counted.deal_count as observed_rate,
    counted.deal_count,
    counted.won_count,
    counted.quarter_count,
from staging.weeks as weeks
cross join staging.learning_parameters as parameters
inner join counted
    on weeks.last_file_number = counted.last_file_number
    and weeks.scored_number = counted.scored_number
    and weeks.quarter_start_on = counted.quarter_start_on
