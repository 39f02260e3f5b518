-- Cuts of the amount of an open deal in its history or our own versions: concessions where no offer tells of them.
-- One row per last_file_number, opportunity and cut, with who owned the deal then. Money in the deal's currency; mass updates are nobody's concession.
select
    states.last_file_number,
    states.opportunity_id,
    states.state_number,
    states.changed_at as moved_at,
    states.amount - states.amount_change as previous_amount,
    states.amount,
    -states.amount_change as step_amount,
    states.phase_order,
    owners.rep_id,
from working.deal_states as states
inner join working.deal_states as owners
    on states.last_file_number = owners.last_file_number
    and states.opportunity_id = owners.opportunity_id
    and states.changed_at >= owners.changed_at
    and (owners.next_changed_at is null or owners.next_changed_at > states.changed_at)
left join working.mass_updates as mass_updates
    on states.last_file_number = mass_updates.last_file_number
    and states.changed_at = mass_updates.changed_at
where states.amount_change < 0
    and coalesce(states.phase_order, 0) < 4
    and mass_updates.changed_at is null
