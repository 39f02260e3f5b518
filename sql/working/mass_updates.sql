-- Moments at which so many deals changed at once that nobody had worked on any of them.
-- One row per last_file_number and moment.
select
    states.last_file_number,
    states.changed_at,
from working.deal_states as states
cross join staging.parameters as parameters
where not states.is_first_version
    and (states.is_stage_change or states.amount_change is not null)
    and extract(microsecond from states.changed_at) % 1000000 <> 999999
group by states.last_file_number, states.changed_at, parameters.mass_update_deals
having count(*) >= parameters.mass_update_deals
