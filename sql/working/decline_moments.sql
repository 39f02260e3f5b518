-- How a deal stood when we left it: the phase it was in, since when, and how old it was.
-- One row per as-of date, opportunity and decline that has a history before it.
select
    declined.as_of_on,
    declined.opportunity_id,
    declined.decided_at,
    max_by(states.phase_order, states.state_number) filter (where states.phase_order < 4) as phase_order,
    max(states.changed_at) filter (where states.phase_order < 4 and states.is_stage_change) as stage_since_at,
from scores.declined_deals as declined
inner join staging.weeks as weeks
    on declined.as_of_on = weeks.as_of_on
inner join working.deal_states as states
    on weeks.last_file_number = states.last_file_number
    and declined.opportunity_id = states.opportunity_id
    and states.changed_at <= declined.decided_at
group by declined.as_of_on, declined.opportunity_id, declined.decided_at
