-- The chance of every cell of a finished quarter as it would have been predicted from the quarters before it, and the base rate beside it.
-- One row per last_file_number, quarter of the weeks being scored, finished quarter predicted and cell.
with asked as (
    select
        learners.last_file_number,
        learners.quarter_start_on,
        learners.target_start_on,
        counts.segment,
        counts.phase_order,
        counts.weeks_left_band,
        counts.close_class,
    from working.learners as learners
    inner join working.cell_counts as counts
        on learners.last_file_number = counts.last_file_number
        and learners.target_start_on = counts.quarter_start_on
    where learners.is_learnt
        and learners.target_start_on < learners.quarter_start_on
)

select
    asked.last_file_number,
    asked.quarter_start_on,
    asked.target_start_on,
    asked.segment,
    asked.phase_order,
    asked.weeks_left_band,
    asked.close_class,
    coalesce(cells.win_rate, segments.win_rate, phases.win_rate) as win_rate,
    base.win_rate as base_rate,
from asked
inner join working.win_rates as base
    on asked.last_file_number = base.last_file_number
    and asked.quarter_start_on = base.quarter_start_on
    and asked.target_start_on = base.target_start_on
    and base.level = 'band'
    and asked.weeks_left_band = base.weeks_left_band
inner join working.win_rates as phases
    on asked.last_file_number = phases.last_file_number
    and asked.quarter_start_on = phases.quarter_start_on
    and asked.target_start_on = phases.target_start_on
    and phases.level = 'phase'
    and asked.phase_order = phases.phase_order
left join working.win_rates as segments
    on asked.last_file_number = segments.last_file_number
    and asked.quarter_start_on = segments.quarter_start_on
    and asked.target_start_on = segments.target_start_on
    and segments.level = 'segment'
    and asked.segment = segments.segment
    and asked.phase_order = segments.phase_order
left join working.win_rates as cells
    on asked.last_file_number = cells.last_file_number
    and asked.quarter_start_on = cells.quarter_start_on
    and asked.target_start_on = cells.target_start_on
    and cells.level = 'cell'
    and asked.segment = cells.segment
    and asked.phase_order = cells.phase_order
    and asked.weeks_left_band = cells.weeks_left_band
    and asked.close_class = cells.close_class
