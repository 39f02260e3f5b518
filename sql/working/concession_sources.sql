-- What tells of the concessions of a deal: its offers where a seller made any, else its amounts where they have a history.
-- One row per as-of date and opportunity with either, open or ended in the quarter or the four before it. The first price is the first
-- offer, or the first amount known.
-- Kept as a view.
select
    windows.as_of_on,
    spells.opportunity_id,
    spells.concession_source,
    spells.first_offered_at,
    spells.first_amount,
    spells.final_offer_count,
from working.spell_sources as spells
inner join working.conduct_windows as windows
    on spells.last_file_number = windows.last_file_number
    and windows.as_of_on between spells.as_of_on and spells.until_on
    and (spells.ended_on is null or spells.ended_on >= windows.from_on)
