-- How many of the deals that we left came back within so many days, of those that are old enough to tell.
-- One row per as-of date, basis (recorded, guess; lost_guess is the control), exit type (all, open_door, closed_door, unknown) and window.
with ended as (
    select
        declined.as_of_on,
        'recorded' as basis,
        coalesce(declined.exit_type, 'unknown') as exit_type,
        declined.decided_on as ended_on,
        declined.days_to_return,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    union all
    select
        declined.as_of_on,
        'guess',
        coalesce(declined.exit_type, 'unknown'),
        declined.decided_on,
        guesses.days_to_return,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    left join scores.possible_returns as guesses
        on declined.as_of_on = guesses.as_of_on
        and declined.opportunity_id = guesses.opportunity_id
        and declined.decided_at = guesses.ended_at
        and guesses.end_kind = 'declined'
    union all
    select
        deals.as_of_on,
        'lost_guess',
        'all',
        deals.closed_on,
        guesses.days_to_return,
    from staging.deals as deals
    inner join staging.weeks as weeks
        on deals.as_of_on = weeks.as_of_on
    left join scores.possible_returns as guesses
        on deals.as_of_on = guesses.as_of_on
        and deals.opportunity_id = guesses.opportunity_id
        and guesses.end_kind = 'lost'
    where deals.outcome = 'lost'
        and deals.closed_on >= weeks.history_start_on
),

pooled as (
    select * from ended
    union all
    select as_of_on, basis, 'all', ended_on, days_to_return from ended where basis <> 'lost_guess'
)

select
    pooled.as_of_on,
    pooled.basis,
    pooled.exit_type,
    windows.window_days,
    count(*) as ended_count,
    count(case when pooled.days_to_return between 0 and windows.window_days then 1 end) as returned_count,
from pooled
cross join staging.return_windows as windows
where pooled.ended_on + windows.window_days <= pooled.as_of_on
group by pooled.as_of_on, pooled.basis, pooled.exit_type, windows.window_days
