-- Open deals in finished quarters of which nothing tells any phase: unknown is a category of its own (03-metrics.md, section 0), phase_order -1.
-- One row per last_file_number, snapshot_on and opportunity with a date of creation. No candidates: they count in learning alone, where a quarter has no candidate at all.
with told as (
    select
        states.last_file_number,
        states.opportunity_id,
        min(states.changed_at) as told_at,
    from working.deal_states as states
    where states.stage is not null
    group by states.last_file_number, states.opportunity_id
),

looked_at as (
    select distinct
        snapshots.last_file_number,
        snapshots.quarter_start_on,
    from working.snapshots as snapshots
),

days as (
    select days.*
    from working.snapshot_days as days
    left join looked_at
        on days.last_file_number = looked_at.last_file_number
        and days.quarter_start_on = looked_at.quarter_start_on
    where looked_at.quarter_start_on is null
),

untold as (
    select
        versions.last_file_number,
        versions.opportunity_id,
        versions.created_at as from_at,
        coalesce(told.told_at, timestamp '9999-12-31 00:00:00') as to_at,
        case when versions.is_closed then coalesce(versions.closed_on, cast(versions.evidence_from_at as date)) end as ended_on,
        coalesce(versions.segment, '') as segment,
    from working.opportunity_versions as versions
    inner join working.counted_types as types
        on coalesce(versions.deal_type, '') = types.deal_type
    left join told
        on versions.last_file_number = told.last_file_number
        and versions.opportunity_id = told.opportunity_id
    where versions.version_number = 1
        and versions.created_at is not null
        and not versions.is_gone
        and types.is_quota_type
)

select
    days.last_file_number,
    days.quarter_start_on,
    days.weeks_left,
    days.weeks_left_band,
    days.snapshot_on,
    untold.opportunity_id,
    cast(null as varchar) as rep_id,
    untold.segment,
    -1 as phase_order,
    'unknown' as close_class,
    coalesce(endings.ending = 'won', false) as is_won_in_quarter,
from days
inner join untold
    on days.last_file_number = untold.last_file_number
    and untold.from_at < days.snapshot_end_at
    and untold.to_at >= days.snapshot_end_at
left join working.past_endings as endings
    on days.last_file_number = endings.last_file_number
    and days.quarter_start_on = endings.quarter_start_on
    and untold.opportunity_id = endings.opportunity_id
where (untold.ended_on is null or untold.ended_on > days.snapshot_on)
    and coalesce(endings.ending, 'open') <> 'void'
