-- Prices that a seller put on the table after the first one, with what the buyer had asked for before.
-- One row per as-of date, opportunity and seller offer; rep_id is who owned the deal then. Money in the deal's currency (03-metrics.md, section 6).
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.moved_at,
    spells.rep_id,
    spells.previous_amount,
    spells.amount,
    spells.step_amount,
    spells.is_concession,
    spells.demanded_at,
    spells.demanded_amount,
    spells.answer_hours,
    spells.is_after_final,
    spells.lever,
    spells.traded_for,
from working.spell_moves as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
