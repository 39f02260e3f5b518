-- Concessions: a seller offer below the one before; without offers a cut of the amount of an open deal.
-- One row per opportunity, spell (working.spells) and concession, numbered in order of time; rep_id and phase_order are those of the moment;
-- a void deal has nobody. Money in the deal's currency.
with every_step as (
    select
        last_file_number,
        as_of_on,
        until_on,
        opportunity_id,
        cast(null as date) as ended_on,
        'offers' as concession_source,
        moved_at,
        cast(0 as bigint) as state_number,
        rep_id,
        phase_order,
        previous_amount,
        step_amount,
        demanded_amount,
        answer_hours,
        coalesce(is_after_final, false) as is_after_final,
        lever,
        traded_for,
    from working.spell_moves
    where is_concession
    union all
    select
        sources.last_file_number,
        sources.as_of_on,
        sources.until_on,
        sources.opportunity_id,
        sources.ended_on,
        'amounts',
        cuts.moved_at,
        cuts.state_number,
        case when sources.outcome <> 'void' then coalesce(cuts.rep_id, sources.rep_id) end,
        cuts.phase_order,
        cuts.previous_amount,
        cuts.step_amount,
        cast(null as decimal(18, 4)),
        cast(null as double),
        cast(null as boolean),
        cast(null as varchar),
        cast(null as varchar),
    from working.spell_sources as sources
    inner join working.amount_cuts as cuts
        on sources.last_file_number = cuts.last_file_number
        and sources.opportunity_id = cuts.opportunity_id
        and cuts.moved_at <= sources.line_at
    where sources.concession_source = 'amounts'
)

select
    every_step.*,
    row_number() over in_time as step_number,
    cast(every_step.step_amount as double) / nullif(cast(lag(every_step.step_amount) over in_time as double), 0)
        as step_ratio,
from every_step
window in_time as (
    partition by every_step.as_of_on, every_step.opportunity_id
    order by every_step.moved_at, every_step.state_number
)
