-- What a deal's history says by each as-of date: when it moved, what was cut, how often it was pushed, which phases it saw.
-- One row per as-of date and opportunity.
-- Kept as a view.
select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.last_advance_at,
    spells.last_amount_change_at,
    spells.stage_since_at,
    spells.negotiation_started_at,
    spells.first_amount,
    spells.cut_count,
    spells.cut_amount,
    spells.push_count,
    spells.push_days,
    spells.last_open_phase_order,
    spells.seen_phases,
    spells.recognition_days,
    spells.qualified_days,
    spells.evaluation_days,
    spells.negotiation_days,
    spells.has_history,
from working.spell_history as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
