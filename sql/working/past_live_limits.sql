-- How many days a deal might show no sign of life in a finished quarter: as working.live_limits, by deals won before that quarter began.
-- One row per last_file_number, finished quarter, segment ('' for none) and open phase: candidates.live_days where too few won deals tell, and
-- 36500 (for ever) where the workspace exports nothing that would show that a deal lives.
with past as (
    select distinct
        quarters.last_file_number,
        quarters.past_start_on,
        quarters.past_start_at,
    from working.learning_quarters as quarters
),

-- Since when a deal was known to be won, by the first version that says so.
won as (
    select
        versions.last_file_number,
        versions.opportunity_id,
        min_by(coalesce(versions.segment, ''), versions.version_number) as segment,
        min(greatest(versions.closing_at, versions.evidence_from_at)) as won_at,
    from working.opportunity_versions as versions
    where versions.is_closed
        and versions.is_won
    group by versions.last_file_number, versions.opportunity_id
),

stays as (
    select
        won.last_file_number,
        won.opportunity_id,
        won.segment,
        won.won_at,
        states.phase_order,
        sum(date_diff('day', states.changed_at, least(states.next_changed_at, won.won_at))) as stay_days,
    from won
    inner join working.deal_states as states
        on won.last_file_number = states.last_file_number
        and won.opportunity_id = states.opportunity_id
        and states.changed_at < won.won_at
    where states.phase_order < 4
        and states.next_changed_at is not null
        and not states.is_first_version
    group by won.last_file_number, won.opportunity_id, won.segment, won.won_at, states.phase_order
),

-- By quarter of the win and number of days, so that no deal has to be sorted once a quarter.
counted as (
    select
        past.last_file_number,
        past.past_start_on,
        stays.segment,
        stays.phase_order,
        stays.stay_days,
        count(*) as deal_count,
    from past
    inner join stays
        on past.last_file_number = stays.last_file_number
        and stays.won_at < past.past_start_at
    group by past.last_file_number, past.past_start_on, stays.segment, stays.phase_order, stays.stay_days
),

summed as (
    select
        counted.*,
        sum(counted.deal_count) over (
            partition by counted.last_file_number, counted.past_start_on, counted.segment, counted.phase_order
            order by counted.stay_days
        ) as count_so_far,
        sum(counted.deal_count) over (
            partition by counted.last_file_number, counted.past_start_on, counted.segment, counted.phase_order
        ) as count_of_all,
    from counted
),

limits as (
    select
        summed.last_file_number,
        summed.past_start_on,
        summed.segment,
        summed.phase_order,
        min(summed.stay_days) as live_days,
    from summed
    cross join staging.parameters as parameters
    where summed.count_of_all >= parameters.live_min_deals
        and summed.count_so_far >= cast(ceil(parameters.live_quantile * summed.count_of_all) as integer)
    group by summed.last_file_number, summed.past_start_on, summed.segment, summed.phase_order
),

segments as (
    select distinct
        versions.last_file_number,
        coalesce(versions.segment, '') as segment,
    from working.opportunity_versions as versions
)

select
    past.last_file_number,
    past.past_start_on as quarter_start_on,
    segments.segment,
    phases.phase_order,
    cast(
        case when sources.is_told then coalesce(limits.live_days, parameters.live_days) else 36500 end as integer
    ) as live_days,
from past
inner join segments
    on past.last_file_number = segments.last_file_number
inner join working.life_sources as sources
    on past.last_file_number = sources.last_file_number
cross join (values (0), (1), (2), (3)) as phases(phase_order)
cross join staging.parameters as parameters
left join limits
    on past.last_file_number = limits.last_file_number
    and past.past_start_on = limits.past_start_on
    and segments.segment = limits.segment
    and phases.phase_order = limits.phase_order
