-- Close dates of open deals that were pulled in, or moved to a quarter's last day.
-- One row per last_file_number, opportunity and change; mass updates are nobody's doing.
select
    states.last_file_number,
    states.opportunity_id,
    states.changed_at,
    states.rep_id,
    states.close_on_change_days < 0 as is_pulled,
    quarters.quarter_end_on is not null as is_to_quarter_end,
from working.deal_states as states
left join working.mass_updates as mass_updates
    on states.last_file_number = mass_updates.last_file_number
    and states.changed_at = mass_updates.changed_at
left join staging.quarters as quarters
    on states.close_on = quarters.quarter_end_on
where states.close_on_change_days is not null
    and coalesce(states.phase_order, 0) < 4
    and mass_updates.changed_at is null
    and (states.close_on_change_days < 0 or quarters.quarter_end_on is not null)
