-- What is left of an amount when a deal is won: the median of final amount over amount then, of deals won in the quarters before.
-- One row per last_file_number, quarter of the weeks being scored, segment (NULL for all of the phase) and phase with enough won deals
-- (amount.realisation_min_deals). A deal counts once per quarter, with the mean of its snapshots.
with deals as (
    select
        snapshots.last_file_number,
        snapshots.quarter_start_on,
        snapshots.segment,
        snapshots.phase_order,
        snapshots.opportunity_id,
        cast(sum(cast(snapshots.realised_ratio as decimal(38, 10))) as double) / count(*) as realised_ratio,
    from working.snapshots as snapshots
    where snapshots.realised_ratio is not null
    group by
        snapshots.last_file_number, snapshots.quarter_start_on, snapshots.segment, snapshots.phase_order,
        snapshots.opportunity_id
),

learnt as (
    select
        quarters.last_file_number,
        quarters.quarter_start_on,
        deals.segment,
        deals.phase_order,
        deals.realised_ratio,
    from working.learning_quarters as quarters
    inner join deals
        on quarters.last_file_number = deals.last_file_number
        and quarters.past_start_on = deals.quarter_start_on
),

medians as (
    select
        last_file_number, quarter_start_on, segment, phase_order, count(*) as deal_count,
        median(realised_ratio) as realised_ratio,
    from learnt
    group by last_file_number, quarter_start_on, segment, phase_order
    union all
    select
        last_file_number, quarter_start_on, cast(null as varchar), phase_order, count(*), median(realised_ratio),
    from learnt
    group by last_file_number, quarter_start_on, phase_order
)

select
    medians.last_file_number,
    medians.quarter_start_on,
    medians.segment,
    medians.phase_order,
    medians.deal_count,
    cast(medians.realised_ratio as decimal(9, 6)) as realisation_ratio,
from medians
cross join staging.learning_parameters as parameters
where medians.deal_count >= parameters.realisation_min_deals
