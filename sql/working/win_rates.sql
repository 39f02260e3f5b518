-- Chances of being won in the quarter, learnt from the quarters before it: of each cell, shrunk to its segment and phase, that to its phase,
-- that to all deals, each time by the weight of `probability.prior_deals` deals; and the plain rate of each band of weeks left (the base rate),
-- and of all deals (the base rate of a band in which no deal was seen).
-- One row per last_file_number, quarter of the weeks being scored, quarter predicted, level (cell, segment, phase, band, overall) and cell; what a
-- level does not tell apart is ''. Only of quarters with enough history.
with cells as (
    select
        training.last_file_number,
        training.quarter_start_on,
        training.target_start_on,
        counts.segment,
        counts.phase_order,
        counts.weeks_left_band,
        counts.close_class,
        sum(counts.deal_count) as deal_count,
        sum(counts.won_count) as won_count,
    from working.training_quarters as training
    inner join working.learners as learners
        on training.last_file_number = learners.last_file_number
        and training.quarter_start_on = learners.quarter_start_on
        and training.target_start_on = learners.target_start_on
    inner join working.cell_counts as counts
        on training.last_file_number = counts.last_file_number
        and training.past_start_on = counts.quarter_start_on
    where learners.is_learnt
    group by
        training.last_file_number, training.quarter_start_on, training.target_start_on, counts.segment,
        counts.phase_order, counts.weeks_left_band, counts.close_class
),

overall as (
    select
        last_file_number,
        quarter_start_on,
        target_start_on,
        sum(deal_count) as deal_count,
        cast(sum(won_count) as double) / sum(deal_count) as win_rate,
    from cells
    group by last_file_number, quarter_start_on, target_start_on
),

-- Every phase that counts, whether a deal was seen in it or not; -1 is that of deals of which nothing tells one, where there were such.
phases as (
    select
        overall.last_file_number,
        overall.quarter_start_on,
        overall.target_start_on,
        phases.phase_order,
        coalesce(sum(cells.deal_count), 0) as deal_count,
        (coalesce(sum(cells.won_count), 0) + max(weights.prior_deals * overall.win_rate))
        / (coalesce(sum(cells.deal_count), 0) + max(weights.prior_deals)) as win_rate,
    from overall
    cross join staging.learning_parameters as weights
    cross join staging.parameters as parameters
    inner join (values (-1), (0), (1), (2), (3)) as phases(phase_order)
        on phases.phase_order = -1 or phases.phase_order >= parameters.first_phase_order
    left join cells
        on overall.last_file_number = cells.last_file_number
        and overall.quarter_start_on = cells.quarter_start_on
        and overall.target_start_on = cells.target_start_on
        and phases.phase_order = cells.phase_order
    group by overall.last_file_number, overall.quarter_start_on, overall.target_start_on, phases.phase_order
    having phases.phase_order >= 0 or sum(cells.deal_count) > 0
),

segments as (
    select
        cells.last_file_number,
        cells.quarter_start_on,
        cells.target_start_on,
        cells.segment,
        cells.phase_order,
        sum(cells.deal_count) as deal_count,
        (sum(cells.won_count) + max(weights.prior_deals * phases.win_rate))
        / (sum(cells.deal_count) + max(weights.prior_deals)) as win_rate,
    from cells
    cross join staging.learning_parameters as weights
    inner join phases
        on cells.last_file_number = phases.last_file_number
        and cells.quarter_start_on = phases.quarter_start_on
        and cells.target_start_on = phases.target_start_on
        and cells.phase_order = phases.phase_order
    group by cells.last_file_number, cells.quarter_start_on, cells.target_start_on, cells.segment, cells.phase_order
),

shrunk as (
    select
        cells.*,
        (cells.won_count + weights.prior_deals * segments.win_rate) / (cells.deal_count + weights.prior_deals) as win_rate,
    from cells
    cross join staging.learning_parameters as weights
    inner join segments
        on cells.last_file_number = segments.last_file_number
        and cells.quarter_start_on = segments.quarter_start_on
        and cells.target_start_on = segments.target_start_on
        and cells.segment = segments.segment
        and cells.phase_order = segments.phase_order
)

select
    last_file_number, quarter_start_on, target_start_on, 'cell' as level, segment, phase_order, weeks_left_band,
    close_class, cast(deal_count as bigint) as deal_count, win_rate,
from shrunk
union all
select
    last_file_number, quarter_start_on, target_start_on, 'segment', segment, phase_order, '', '',
    cast(deal_count as bigint), win_rate,
from segments
union all
select
    last_file_number, quarter_start_on, target_start_on, 'phase', '', phase_order, '', '',
    cast(deal_count as bigint), win_rate,
from phases
union all
select
    last_file_number, quarter_start_on, target_start_on, 'band', '', cast(null as integer), weeks_left_band, '',
    cast(sum(deal_count) as bigint), cast(sum(won_count) as double) / sum(deal_count),
from cells
group by last_file_number, quarter_start_on, target_start_on, weeks_left_band
union all
select
    last_file_number, quarter_start_on, target_start_on, 'overall', '', cast(null as integer), '', '',
    cast(deal_count as bigint), win_rate,
from overall
