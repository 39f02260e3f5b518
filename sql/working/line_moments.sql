-- The moments at which a deal's walk-away point matters: those of its last prices, and every offer of a deal that is open
-- or ended in this quarter or the four before.
-- One row per as-of date, opportunity and moment.
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.line_at,
from working.spell_moments as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
