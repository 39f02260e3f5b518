-- The move that an open deal calls for, the gravest first (docs/measures.md, section 4, Moves).
-- One row per as-of date and open deal; NULL where nothing is to be decided.
with facts as (
    select
        positions.as_of_on,
        positions.opportunity_id,
        positions.is_at_table,
        positions.pair_code,
        positions.triggers,
        coalesce(positions.missing_approvals, '') <> '' as is_missing,
        coalesce(open_triggers.is_barred, false) as is_barred,
        coalesce(open_triggers.is_unfit, false) as is_unfit,
        coalesce(open_triggers.is_trap, false) as is_trap,
        coalesce(open_triggers.is_scope_open, false) as is_scope_open,
        coalesce(changes.is_unanswered, false) as is_unanswered,
        coalesce(changes.is_given_fast, false) as is_given_fast,
        coalesce(positions.pair_code = 'both_strong', false) as is_both_strong,
        coalesce(positions.pair_code = 'both_weak', false) as is_both_weak,
    from scores.deal_positions as positions
    inner join staging.weeks as weeks
        on positions.as_of_on = weeks.as_of_on
    left join working.open_triggers as open_triggers
        on positions.as_of_on = open_triggers.as_of_on
        and positions.opportunity_id = open_triggers.opportunity_id
    left join working.open_changes as changes
        on positions.as_of_on = changes.as_of_on
        and positions.opportunity_id = changes.opportunity_id
)

select
    as_of_on,
    opportunity_id,
    case
        when is_barred and is_both_weak then 'escalate'
        when is_barred and is_unfit then 'walk_closed_door'
        when is_barred then 'walk_open_door'
        when is_unfit and is_both_strong then 'walk_closed_door'
        when is_trap and is_both_strong then 'walk_open_door'
        when is_unanswered then 'ask_alternatives'
        when is_scope_open or is_given_fast then 'slow_down'
        when is_missing and not is_both_strong then 'escalate'
        when is_at_table and pair_code in ('both_weak', 'rep_weak_team_strong') then 'escalate'
        when triggers is not null or (is_at_table and is_both_strong) then 'hold'
    end as move,
from facts
