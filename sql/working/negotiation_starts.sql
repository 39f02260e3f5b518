-- When negotiation began, and whether a threshold existed by then.
-- One row per as-of date and opportunity; unknown starts are NULL, and so is everything that hangs on them.
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.started_at,
    spells.is_preset,
    spells.lead_days,
    spells.drift_count,
    spells.drift_amount,
from working.spell_starts as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
