-- Floor and threshold of a deal at a moment, in the deal's currency, and where they come from.
-- One row per as-of date, opportunity and moment that has a source.
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.line_at,
    spells.floor_source,
    spells.cell_number,
    spells.policy_source,
    spells.policy_from_on,
    spells.threshold_base,
    spells.threshold_factor,
    spells.floor_base,
    spells.floor_factor,
    spells.threshold_amount,
    spells.floor_amount,
from working.spell_lines as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
