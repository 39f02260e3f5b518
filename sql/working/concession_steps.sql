-- Concessions: a seller offer below the one before; without offers a cut of the amount of an open deal.
-- One row per as-of date, opportunity and concession; cuts are of deals open or ended in the quarter or the four before it. rep_id is who
-- owned the deal then. Money in the deal's currency.
-- Kept as a view.
select
    windows.as_of_on,
    spells.opportunity_id,
    spells.moved_at as conceded_at,
    spells.concession_source,
    spells.rep_id,
    spells.answer_hours,
    spells.is_after_final,
    spells.lever,
    spells.traded_for,
    spells.step_number,
from working.spell_steps as spells
inner join working.conduct_windows as windows
    on spells.last_file_number = windows.last_file_number
    and windows.as_of_on between spells.as_of_on and spells.until_on
    and (spells.ended_on is null or spells.ended_on >= windows.from_on)
