-- What a deal's history says by each as-of date: when it moved, what was cut, how often it was pushed, which phases it saw.
-- One row per opportunity and spell (working.spells) with evidence.
with states as (
    select
        states.*,
        not states.is_first_version
            and states.is_stage_change
            and (states.previous_phase_order is null or states.phase_order > states.previous_phase_order) as is_advance,
        mass_updates.changed_at is not null as is_mass_update,
        case
            when not states.is_first_version then date_diff('day', states.changed_at, states.next_changed_at)
        end as stay_days,
    from working.deal_states as states
    left join working.mass_updates as mass_updates
        on states.last_file_number = mass_updates.last_file_number
        and states.changed_at = mass_updates.changed_at
)

select
    spells.last_file_number,
    spells.as_of_on,
    spells.until_on,
    states.opportunity_id,
    max(case when states.is_advance and not states.is_mass_update then states.changed_at end) as last_advance_at,
    max(
        case when states.amount_change is not null and not states.is_mass_update then states.changed_at end
    ) as last_amount_change_at,
    max(case when states.is_stage_change and not states.is_first_version then states.changed_at end) as stage_since_at,
    -- A first version that stands in negotiation already does not tell when it came there, and nothing later does.
    case
        when not min_by(states.is_first_version, states.state_number) filter (where states.phase_order = 3)
            then min(case when states.phase_order = 3 then states.changed_at end)
    end as negotiation_started_at,
    min_by(states.amount, states.state_number) filter (where states.amount is not null) as first_amount,
    count(case when states.phase_order < 4 and states.amount_change < 0 then 1 end) as cut_count,
    sum(case when states.phase_order < 4 and states.amount_change < 0 then -states.amount_change end) as cut_amount,
    count(case when states.phase_order < 4 and states.close_on_change_days > 0 then 1 end) as push_count,
    sum(case when states.phase_order < 4 and states.close_on_change_days > 0 then states.close_on_change_days end)
        as push_days,
    max(case when states.phase_order < 4 then states.phase_order end) as last_open_phase_order,
    -- One bit per phase that the deal was ever in: 1, 2, 4, 8.
    bit_or(case states.phase_order when 0 then 1 when 1 then 2 when 2 then 4 when 3 then 8 else 0 end) as seen_phases,
    sum(case when states.phase_order = 0 and states.next_changed_at < spells.as_of_end_at then states.stay_days end)
        as recognition_days,
    sum(case when states.phase_order = 1 and states.next_changed_at < spells.as_of_end_at then states.stay_days end)
        as qualified_days,
    sum(case when states.phase_order = 2 and states.next_changed_at < spells.as_of_end_at then states.stay_days end)
        as evaluation_days,
    sum(case when states.phase_order = 3 and states.next_changed_at < spells.as_of_end_at then states.stay_days end)
        as negotiation_days,
    count(*) > 1 as has_history,
from working.spells as spells
inner join states
    on spells.last_file_number = states.last_file_number
    and spells.opportunity_id = states.opportunity_id
    and states.changed_at < spells.as_of_end_at
group by spells.last_file_number, spells.as_of_on, spells.until_on, states.opportunity_id
