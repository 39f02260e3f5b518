-- Concessions: a seller offer below the one before; without offers a cut of the amount of an open deal.
-- One row per as-of date, opportunity and concession, numbered in order of time. Money in the deal's currency.
with from_offers as (
    select
        moves.as_of_on,
        moves.opportunity_id,
        moves.moved_at,
        cast(0 as bigint) as state_number,
        moves.previous_amount,
        moves.amount,
        moves.step_amount,
        moves.demanded_amount,
        moves.answer_hours,
        coalesce(moves.is_after_final, false) as is_after_final,
        moves.lever,
        moves.traded_for,
        cast(null as integer) as phase_order,
    from working.seller_moves as moves
    where moves.is_concession
),

from_amounts as (
    select
        sources.as_of_on,
        sources.opportunity_id,
        cuts.moved_at,
        cuts.state_number,
        cuts.previous_amount,
        cuts.amount,
        cuts.step_amount,
        cuts.phase_order,
    from working.concession_sources as sources
    inner join staging.weeks as weeks
        on sources.as_of_on = weeks.as_of_on
    inner join working.amount_cuts as cuts
        on weeks.last_file_number = cuts.last_file_number
        and sources.opportunity_id = cuts.opportunity_id
        and cuts.moved_at < weeks.as_of_end_at
    inner join working.dated_deals as deals
        on sources.as_of_on = deals.as_of_on
        and sources.opportunity_id = deals.opportunity_id
        and cuts.moved_at <= deals.line_at
    where sources.concession_source = 'amounts'
),

every_step as (
    select
        as_of_on, opportunity_id, moved_at, state_number, 'offers' as concession_source, previous_amount, amount,
        step_amount, demanded_amount, answer_hours, is_after_final, lever, traded_for, phase_order,
    from from_offers
    union all
    select
        as_of_on, opportunity_id, moved_at, state_number, 'amounts', previous_amount, amount, step_amount,
        cast(null as decimal(18, 4)), cast(null as double), cast(null as boolean), cast(null as varchar),
        cast(null as varchar), phase_order,
    from from_amounts
)

select
    every_step.as_of_on,
    every_step.opportunity_id,
    every_step.moved_at as conceded_at,
    every_step.concession_source,
    every_step.previous_amount,
    every_step.amount,
    every_step.step_amount,
    every_step.demanded_amount,
    every_step.answer_hours,
    every_step.is_after_final,
    every_step.lever,
    every_step.traded_for,
    every_step.phase_order,
    row_number() over in_time as step_number,
    cast(every_step.step_amount as double) / nullif(cast(lag(every_step.step_amount) over in_time as double), 0)
        as step_ratio,
from every_step
window in_time as (
    partition by every_step.as_of_on, every_step.opportunity_id
    order by every_step.moved_at, every_step.state_number
)
