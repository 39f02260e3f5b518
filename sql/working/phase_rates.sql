-- The share of closed deals that were ever in a phase and were won in the end.
-- One row per as-of date and phase with enough closed deals (probability.min_closed_deals).
with closed as (
    select
        deals.as_of_on,
        deals.outcome,
        history.seen_phases,
    from working.dated_deals as deals
    inner join working.deal_history as history
        on deals.as_of_on = history.as_of_on
        and deals.opportunity_id = history.opportunity_id
    where deals.outcome in ('won', 'lost', 'declined')
),

seen as (
    select as_of_on, outcome, 0 as phase_order from closed where (seen_phases & 1) <> 0
    union all
    select as_of_on, outcome, 1 from closed where (seen_phases & 2) <> 0
    union all
    select as_of_on, outcome, 2 from closed where (seen_phases & 4) <> 0
    union all
    select as_of_on, outcome, 3 from closed where (seen_phases & 8) <> 0
)

select
    seen.as_of_on,
    seen.phase_order,
    count(*) as closed_count,
    cast(count(case when seen.outcome = 'won' then 1 end) as double) / count(*) as ever_won_rate,
from seen
cross join staging.parameters as parameters
group by seen.as_of_on, seen.phase_order, parameters.min_closed_deals
having count(*) >= parameters.min_closed_deals
