-- The times in which a deal stood declined by a row of declines: from the decision until it came back, if it did.
-- One row per last_file_number, opportunity and real decline; from_at inclusive, to_at exclusive. Closed deals need none: they are not open.
with watermarks as (
    select distinct weeks.last_file_number
    from staging.weeks as weeks
),

-- A corrected row holds from when it was told.
told as (
    select
        watermarks.last_file_number,
        declines.opportunity_id,
        declines.decided_at,
        declines.kind,
        greatest(declines.decided_at, declines.version_from_at) as told_at,
        lead(declines.version_from_at) over (
            partition by watermarks.last_file_number, declines.opportunity_id, declines.decided_at
            order by declines.version_from_at, declines.file_number, declines.record_number
        ) as corrected_at,
    from watermarks
    inner join raw.declines as declines
        on declines.file_number <= watermarks.last_file_number
),

came_back as (
    select
        watermarks.last_file_number,
        returns.opportunity_id,
        returns.returned_at,
    from watermarks
    inner join raw.returns as returns
        on returns.file_number <= watermarks.last_file_number
    where coalesce(returns.new_opportunity_id, returns.opportunity_id) = returns.opportunity_id
    union all
    select
        states.last_file_number,
        states.opportunity_id,
        states.changed_at,
    from working.deal_states as states
    inner join (select distinct opportunity_id from raw.declines) as declined
        on states.opportunity_id = declined.opportunity_id
    where states.phase_order < 4
        and states.previous_phase_order = 4
)

select
    told.last_file_number,
    told.opportunity_id,
    told.told_at as from_at,
    least(
        coalesce(min(came_back.returned_at), timestamp '9999-12-31 00:00:00'),
        coalesce(told.corrected_at, timestamp '9999-12-31 00:00:00')
    ) as to_at,
from told
left join came_back
    on told.last_file_number = came_back.last_file_number
    and told.opportunity_id = came_back.opportunity_id
    and came_back.returned_at >= told.decided_at
where coalesce(told.kind, 'real') = 'real'
group by told.last_file_number, told.opportunity_id, told.decided_at, told.told_at, told.corrected_at
