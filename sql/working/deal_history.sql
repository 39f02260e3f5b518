-- What a deal's history says by each as-of date: when it moved, what was cut, how often it was pushed, which phases it saw.
-- One row per as-of date and opportunity.
with states as (
    select
        states.*,
        not states.is_first_version
            and (states.previous_phase_order is null or states.phase_order > states.previous_phase_order)
            and states.stage is distinct from states.previous_stage as is_advance,
        states.amount <> states.previous_amount as is_amount_change,
        states.phase_order < 4 as is_open_phase,
    from staging.deal_states as states
),

marked as (
    select
        states.*,
        mass_updates.changed_at is not null as is_mass_update,
    from states
    left join staging.mass_updates as mass_updates
        on states.last_file_number = mass_updates.last_file_number
        and states.changed_at = mass_updates.changed_at
)

select
    weeks.as_of_on,
    marked.opportunity_id,
    max(case when marked.is_advance and not marked.is_mass_update then marked.changed_at end) as last_advance_at,
    max(
        case when marked.is_amount_change and not marked.is_mass_update then marked.changed_at end
    ) as last_amount_change_at,
    max(
        case when marked.stage is distinct from marked.previous_stage and not marked.is_first_version
            then marked.changed_at end
    ) as stage_since_at,
    min(
        case when marked.phase_order = 3 and not marked.is_first_version then marked.changed_at end
    ) as negotiation_started_at,
    min_by(marked.amount, marked.state_number) filter (where marked.amount is not null) as first_amount,
    count(case when marked.is_open_phase and marked.amount < marked.previous_amount then 1 end) as cut_count,
    sum(
        case when marked.is_open_phase and marked.amount < marked.previous_amount
            then marked.previous_amount - marked.amount end
    ) as cut_amount,
    count(case when marked.is_open_phase and marked.close_on > marked.previous_close_on then 1 end) as push_count,
    sum(
        case when marked.is_open_phase and marked.close_on > marked.previous_close_on
            then date_diff('day', marked.previous_close_on, marked.close_on) end
    ) as push_days,
    max(case when marked.phase_order < 4 then marked.phase_order end) as last_open_phase_order,
    max(case when marked.phase_order = 0 then 1 else 0 end) as saw_recognition,
    max(case when marked.phase_order = 1 then 1 else 0 end) as saw_qualified,
    max(case when marked.phase_order = 2 then 1 else 0 end) as saw_evaluation,
    max(case when marked.phase_order = 3 then 1 else 0 end) as saw_negotiation,
    count(*) > 1 as has_history,
from staging.weeks as weeks
inner join marked
    on weeks.last_file_number = marked.last_file_number
    and marked.changed_at < weeks.as_of_end_at
group by weeks.as_of_on, marked.opportunity_id
