-- The cells that win probabilities were learnt from, with how many deals stood in each.
-- One row per as-of date and cell: segment | phase number | weeks left | close date, * for what a level above the cell does not tell apart.
select
    weeks.as_of_on,
    case
        when rates.level = 'cell'
            then concat_ws('|', rates.segment, rates.phase_order, rates.weeks_left_band, rates.close_class)
        when rates.level = 'segment' then concat_ws('|', rates.segment, rates.phase_order, '*', '*')
        else concat_ws('|', '*', rates.phase_order, '*', '*')
    end as probability_cell,
    rates.deal_count,
    rates.win_rate,
from staging.weeks as weeks
inner join working.win_rates as rates
    on weeks.last_file_number = rates.last_file_number
    and weeks.quarter_start_on = rates.quarter_start_on
    and rates.target_start_on = rates.quarter_start_on
where rates.level in ('cell', 'segment', 'phase')
