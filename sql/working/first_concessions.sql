-- The first concession of a deal: when, in which phase, how much of the gap between ask and demand it gave away, and whether
-- a showstopper had been flagged by then.
-- One row per as-of date and opportunity with a concession. A step without a phase of its own has the one the deal was in.
with first_steps as (
    select steps.*
    from working.concession_steps as steps
    where steps.step_number = 1
),

phased as (
    select
        first_steps.as_of_on,
        first_steps.opportunity_id,
        first_steps.conceded_at,
        coalesce(first_steps.phase_order, states.phase_order) as phase_order,
        case
            when first_steps.demanded_amount < first_steps.previous_amount
                then cast(first_steps.step_amount as double)
                    / cast(first_steps.previous_amount - first_steps.demanded_amount as double)
        end as gap_share,
    from first_steps
    inner join staging.weeks as weeks
        on first_steps.as_of_on = weeks.as_of_on
    left join working.deal_states as states
        on first_steps.concession_source = 'offers'
        and weeks.last_file_number = states.last_file_number
        and first_steps.opportunity_id = states.opportunity_id
        and states.changed_at <= first_steps.conceded_at
        and (states.next_changed_at is null or states.next_changed_at > first_steps.conceded_at)
),

showstoppers as (
    select
        flags.as_of_on,
        flags.opportunity_id,
        min(coalesce(flags.observed_at, timestamp '1900-01-01 00:00:00')) as flagged_at,
    from working.red_flags as flags
    where flags.flag = 'showstopper'
    group by flags.as_of_on, flags.opportunity_id
)

select
    phased.as_of_on,
    phased.opportunity_id,
    phased.conceded_at,
    phased.phase_order,
    phased.gap_share,
    phased.phase_order < 3 and coalesce(showstoppers.flagged_at > phased.conceded_at, true) as is_early,
from phased
left join showstoppers
    on phased.as_of_on = showstoppers.as_of_on
    and phased.opportunity_id = showstoppers.opportunity_id
