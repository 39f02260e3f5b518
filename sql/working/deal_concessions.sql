-- The concessions of a deal added up: how many, how they grew or shrank, how fast they came, and what was got in return.
-- One row per as-of date and opportunity with a concession. Money in the deal's currency.
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.concession_count,
    spells.conceded_amount,
    spells.mean_step_ratio,
    spells.shape,
    spells.median_hours_to_concede,
    spells.timed_count,
    spells.fast_count,
    spells.untraded_count,
    spells.levered_count,
    spells.price_only_count,
    spells.after_final_count,
from working.spell_concessions as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
