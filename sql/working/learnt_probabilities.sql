-- The chance of each open deal to be won in the quarter, learnt from the finished quarters before it (03-metrics.md, section 3).
-- One row per as-of date and open opportunity in a phase that counts, or of which nothing tells the phase, where enough finished
-- quarters tell. learnt_deviation is the standard error of the chance from the number of deals in its cell; learnt_cell names the cell, or the level above it where no deal ever stood in it.
with classed as (
    select
        deals.as_of_on,
        deals.opportunity_id,
        deals.rep_id,
        coalesce(deals.segment, '') as segment,
        coalesce(deals.phase_order, case when deals.stage is null then -1 end) as phase_order,
        bands.weeks_left_band,
        case
            when deals.close_on is null then 'unknown'
            when deals.close_on < deals.as_of_on then 'overdue'
            when deals.close_on <= weeks.quarter_end_on then 'inside'
            else 'outside'
        end as close_class,
        weeks.last_file_number,
        weeks.quarter_start_on,
    from staging.deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    inner join staging.weeks_left_bands as bands
        on weeks.weeks_left = bands.weeks_left
    where deals.outcome = 'open'
),

rates as (
    select rates.*
    from working.win_rates as rates
    where rates.target_start_on = rates.quarter_start_on
),

-- A segment's own answer comes before the answer for all deals.
refuted as (
    select
        skills.last_file_number,
        skills.quarter_start_on,
        skills.segment,
        skills.weeks_left_band,
        skills.skill_high,
    from working.skills as skills
),

learnt as (
    select
        classed.*,
        phases.win_rate as phase_rate,
        segments.win_rate as segment_rate,
        coalesce(cells.win_rate, segments.win_rate, phases.win_rate) as cell_rate,
        coalesce(cells.deal_count, 0) as cell_deal_count,
        coalesce(factors.rep_factor, 1) as rep_factor,
        coalesce(base.win_rate, overall.win_rate) as base_rate,
        concat_ws(
            '|',
            case when segments.segment is not null then classed.segment else '*' end,
            classed.phase_order,
            case when cells.segment is not null then classed.weeks_left_band else '*' end,
            case when cells.segment is not null then classed.close_class else '*' end
        ) as learnt_cell,
        whole.skill_high as whole_skill_high,
        own.skill_high as own_skill_high,
    from classed
    inner join rates as phases
        on classed.last_file_number = phases.last_file_number
        and classed.quarter_start_on = phases.quarter_start_on
        and phases.level = 'phase'
        and classed.phase_order = phases.phase_order
    left join rates as segments
        on classed.last_file_number = segments.last_file_number
        and classed.quarter_start_on = segments.quarter_start_on
        and segments.level = 'segment'
        and classed.segment = segments.segment
        and classed.phase_order = segments.phase_order
    left join rates as cells
        on classed.last_file_number = cells.last_file_number
        and classed.quarter_start_on = cells.quarter_start_on
        and cells.level = 'cell'
        and classed.segment = cells.segment
        and classed.phase_order = cells.phase_order
        and classed.weeks_left_band = cells.weeks_left_band
        and classed.close_class = cells.close_class
    left join rates as base
        on classed.last_file_number = base.last_file_number
        and classed.quarter_start_on = base.quarter_start_on
        and base.level = 'band'
        and classed.weeks_left_band = base.weeks_left_band
    inner join rates as overall
        on classed.last_file_number = overall.last_file_number
        and classed.quarter_start_on = overall.quarter_start_on
        and overall.level = 'overall'
    left join working.rep_factors as factors
        on classed.last_file_number = factors.last_file_number
        and classed.quarter_start_on = factors.quarter_start_on
        and factors.target_start_on = classed.quarter_start_on
        and classed.rep_id = factors.rep_id
    left join refuted as whole
        on classed.last_file_number = whole.last_file_number
        and classed.quarter_start_on = whole.quarter_start_on
        and whole.segment is null
    left join refuted as own
        on classed.last_file_number = own.last_file_number
        and classed.quarter_start_on = own.quarter_start_on
        and classed.segment = own.segment
        and classed.weeks_left_band = own.weeks_left_band
),

sourced as (
    select
        learnt.*,
        case
            when learnt.whole_skill_high is null then 'learnt_untested'
            when learnt.whole_skill_high < 0 or learnt.own_skill_high < 0 then 'base_rate'
            else 'learnt'
        end as learnt_source,
    from learnt
)

select
    sourced.as_of_on,
    sourced.opportunity_id,
    sourced.learnt_source,
    case when sourced.learnt_source = 'base_rate' then sourced.base_rate else sourced.cell_rate * sourced.rep_factor end
        as learnt_probability,
    case
        when sourced.learnt_source <> 'base_rate'
            then sourced.rep_factor * sqrt(
                sourced.cell_rate * (1 - sourced.cell_rate) / (sourced.cell_deal_count + parameters.prior_deals + 1)
            )
    end as learnt_deviation,
    case when sourced.learnt_source <> 'base_rate' then sourced.learnt_cell end as learnt_cell,
from sourced
cross join staging.learning_parameters as parameters
