-- How likely a candidate is won in the next quarter, should it still be open at its beginning.
-- One row per as-of date and candidate. By the rules of this quarter with 9 to 13 weeks left, the close date set against the end of the next.
with dated as (
    select
        open_deals.as_of_on,
        open_deals.opportunity_id,
        open_deals.rep_id,
        open_deals.probability_source,
        deals.phase,
        deals.phase_order,
        coalesce(deals.segment, '') as segment,
        cast(deals.probability as double) as probability,
        coalesce(deals.close_on <= weeks.next_quarter_end_on, false) as closes_inside,
        case
            when deals.close_on is null then 'unknown'
            when deals.close_on <= weeks.quarter_end_on then 'overdue'
            when deals.close_on <= weeks.next_quarter_end_on then 'inside'
            else 'outside'
        end as close_class,
        weeks.last_file_number,
        weeks.quarter_start_on,
        parameters.low_probability,
        parameters.high_probability,
        parameters.outside_probability,
    from staging.open_deals as open_deals
    inner join staging.weeks as weeks
        on open_deals.as_of_on = weeks.as_of_on
    inner join staging.deals as deals
        on open_deals.as_of_on = deals.as_of_on
        and open_deals.opportunity_id = deals.opportunity_id
    cross join staging.parameters as parameters
    where open_deals.is_candidate
),

rates as (
    select
        rates.*,
        case
            when rates.level = 'cell' then rates.segment || '|' || rates.close_class
            when rates.level = 'segment' then rates.segment
            else ''
        end as place,
    from working.win_rates as rates
    where rates.target_start_on = rates.quarter_start_on
        and rates.weeks_left_band in ('9-13', '')
),

likely as (
    select
        dated.*,
        case
            when dated.probability_source = 'base_rate' then coalesce(base.win_rate, overall.win_rate)
            when dated.probability_source in ('learnt', 'learnt_untested')
                then coalesce(cells.win_rate, segments.win_rate, phases.win_rate) * coalesce(factors.rep_factor, 1)
            when dated.probability is not null and not dated.closes_inside then dated.outside_probability
            when dated.probability is not null then least(dated.probability, coalesce(ever_won.ever_won_rate, 1))
            when dated.closes_inside then defaults.inside_probability
            else defaults.outside_probability
        end as raw_probability,
    from dated
    left join working.phase_rates as ever_won
        on dated.as_of_on = ever_won.as_of_on
        and dated.phase_order = ever_won.phase_order
    left join staging.phase_defaults as defaults
        on dated.phase = defaults.phase
    left join rates as base
        on dated.last_file_number = base.last_file_number
        and dated.quarter_start_on = base.quarter_start_on
        and base.level = 'band'
    left join rates as overall
        on dated.last_file_number = overall.last_file_number
        and dated.quarter_start_on = overall.quarter_start_on
        and overall.level = 'overall'
    left join rates as phases
        on dated.last_file_number = phases.last_file_number
        and dated.quarter_start_on = phases.quarter_start_on
        and phases.level = 'phase'
        and dated.phase_order = phases.phase_order
    left join rates as segments
        on dated.last_file_number = segments.last_file_number
        and dated.quarter_start_on = segments.quarter_start_on
        and segments.level = 'segment'
        and dated.phase_order = segments.phase_order
        and dated.segment = segments.place
    left join rates as cells
        on dated.last_file_number = cells.last_file_number
        and dated.quarter_start_on = cells.quarter_start_on
        and cells.level = 'cell'
        and dated.phase_order = cells.phase_order
        and dated.segment || '|' || dated.close_class = cells.place
    left join working.rep_factors as factors
        on dated.last_file_number = factors.last_file_number
        and dated.quarter_start_on = factors.quarter_start_on
        and factors.target_start_on = dated.quarter_start_on
        and dated.rep_id = factors.rep_id
)

select
    as_of_on,
    opportunity_id,
    greatest(low_probability, least(high_probability, raw_probability)) as win_probability,
from likely
