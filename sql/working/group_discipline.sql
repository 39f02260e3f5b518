-- Exposures of every group with the shares that a page shows: NULL where the workspace tells of nothing of the kind.
-- One row per as-of date and group. held_share leaves out what is open and what is unknown.
select
    sizes.as_of_on,
    sizes.group_kind,
    sizes.group_id,
    case when sources.has_exposures then coalesce(exposures.exposure_count, 0) end as exposure_count,
    case when sources.has_exposures then coalesce(exposures.open_exposure_count, 0) end as open_exposure_count,
    case when sources.has_exposures then coalesce(exposures.broken_count, 0) end as broken_count,
    case when sources.has_exposures then coalesce(exposures.unknown_count, 0) end as unknown_count,
    case when sources.has_endings then coalesce(exposures.held_count, 0) end as held_count,
    case when sources.has_approvals then coalesce(exposures.excused_count, 0) end as excused_count,
    case
        when sources.has_endings
            then cast(exposures.held_count as double)
                / nullif(exposures.held_count + exposures.excused_count + exposures.broken_count, 0)
    end as held_share,
    case when sources.has_endings then held_quarter_bounds.share_low end as held_share_low,
    case when sources.has_endings then held_quarter_bounds.share_high end as held_share_high,
    case when sources.has_logs then coalesce(exposures.unlogged_count, 0) end as unlogged_count,
    case
        when sources.has_logs
            then cast(exposures.unlogged_count as double) / nullif(exposures.below_won_count, 0)
    end as unlogged_share,
    case when sources.has_exposures then coalesce(exposures.exposure_4q_count, 0) end as exposure_4q_count,
    case when sources.has_exposures then coalesce(exposures.broken_4q_count, 0) end as broken_4q_count,
    case when sources.has_exposures then coalesce(exposures.unknown_4q_count, 0) end as unknown_4q_count,
    case when sources.has_endings then coalesce(exposures.held_4q_count, 0) end as held_4q_count,
    case when sources.has_approvals then coalesce(exposures.excused_4q_count, 0) end as excused_4q_count,
    case
        when sources.has_endings
            then cast(exposures.held_4q_count as double)
                / nullif(exposures.held_4q_count + exposures.excused_4q_count + exposures.broken_4q_count, 0)
    end as held_share_4q,
    case when sources.has_endings then held_4q_bounds.share_low end as held_share_4q_low,
    case when sources.has_endings then held_4q_bounds.share_high end as held_share_4q_high,
    case when sources.has_logs then coalesce(exposures.unlogged_4q_count, 0) end as unlogged_4q_count,
    case
        when sources.has_logs
            then cast(exposures.unlogged_4q_count as double) / nullif(exposures.below_won_4q_count, 0)
    end as unlogged_share_4q,
from (select distinct as_of_on, group_kind, group_id from working.groups) as sizes
inner join working.exposure_sources as sources
    on sizes.as_of_on = sources.as_of_on
left join working.group_exposures as exposures
    on sizes.as_of_on = exposures.as_of_on
    and sizes.group_kind = exposures.group_kind
    and sizes.group_id = exposures.group_id
left join working.jeffreys as held_quarter_bounds
    on exposures.held_count = held_quarter_bounds.success_count
    and exposures.held_count + exposures.excused_count + exposures.broken_count = held_quarter_bounds.trial_count
left join working.jeffreys as held_4q_bounds
    on exposures.held_4q_count = held_4q_bounds.success_count
    and exposures.held_4q_count + exposures.excused_4q_count + exposures.broken_4q_count = held_4q_bounds.trial_count
