-- The first concession of a deal: when, in which phase, how much of the gap between ask and demand it gave away, and whether
-- a showstopper had been flagged by then.
-- One row per as-of date and opportunity with a concession.
-- Kept as a view.
with showstoppers as (
    select
        flags.as_of_on,
        flags.opportunity_id,
        min(coalesce(flags.observed_at, timestamp '1900-01-01 00:00:00')) as flagged_at,
    from working.red_flags as flags
    where flags.flag = 'showstopper'
    group by flags.as_of_on, flags.opportunity_id
)

select
    weeks.as_of_on,
    spells.opportunity_id,
    spells.moved_at as conceded_at,
    spells.phase_order,
    case
        when spells.demanded_amount < spells.previous_amount
            then cast(spells.step_amount as double) / cast(spells.previous_amount - spells.demanded_amount as double)
    end as gap_share,
    spells.phase_order < 3 and coalesce(showstoppers.flagged_at > spells.moved_at, true) as is_early,
from working.spell_steps as spells
inner join working.as_of_dates as weeks
    on spells.last_file_number = weeks.last_file_number
    and weeks.as_of_on between spells.as_of_on and spells.until_on
left join showstoppers
    on weeks.as_of_on = showstoppers.as_of_on
    and spells.opportunity_id = showstoppers.opportunity_id
where spells.step_number = 1
