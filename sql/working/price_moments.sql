-- The moments at which a deal's last price is judged: its closing, the as-of date while it is open, and each decline.
-- One row per as-of date, opportunity and moment.
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.line_at,
from working.spell_price_moments as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
