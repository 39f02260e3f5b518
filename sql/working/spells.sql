-- The as-of dates at which a deal is looked at anew. While it may still change these are all dates of the run; from the first date
-- at which nothing of it changes any more, one row stands for all dates that are left.
-- One row per last_file_number, opportunity and spell: the dates from as_of_on to until_on see the deal alike.
with weeks as (
    select
        weeks.*,
        lag(weeks.as_of_end_at) over (
            partition by weeks.last_file_number order by weeks.as_of_on
        ) as previous_end_at,
        max(weeks.as_of_on) over (partition by weeks.last_file_number) as last_as_of_on,
    from staging.weeks as weeks
),

-- What people record about a deal. Rows of files that a week does not see only make its spells shorter.
records as (
    select opportunity_id, greatest(decided_at, version_from_at) as recorded_at from raw.declines
    union all
    select opportunity_id, version_from_at from raw.decline_reviews
    union all
    select opportunity_id, greatest(returned_at, version_from_at) from raw.returns
    union all
    select opportunity_id, greatest(offered_at, version_from_at) from raw.offers
    union all
    select opportunity_id, greatest(set_at, version_from_at) from raw.walk_away_points
    union all
    select opportunity_id, coalesce(merged_at, version_from_at) from raw.deal_merges
),

last_records as (
    select
        opportunity_id,
        max(recorded_at) as recorded_at,
    from records
    group by opportunity_id
),

-- A rate or a price that was corrected bears on deals that ended long before.
corrections as (
    select coalesce(max(version_from_at), timestamp '1900-01-01 00:00:00') as corrected_at
    from (
        select version_from_at, valid_from from raw.fx_rates
        union all
        select version_from_at, valid_from from raw.products
    ) as priced
    where cast(version_from_at as date) > valid_from + 1
),

settled as (
    select
        versions.last_file_number,
        versions.opportunity_id,
        case
            when versions.is_closed and coalesce(states.history_stage_at <= versions.evidence_from_at or states.phase_order = 4, true)
                then greatest(
                    versions.evidence_from_at,
                    coalesce(versions.closing_at, versions.evidence_from_at),
                    coalesce(states.changed_at, versions.evidence_from_at),
                    coalesce(last_records.recorded_at, versions.evidence_from_at),
                    corrections.corrected_at
                )
            else timestamp '9999-12-31 00:00:00'
        end as settled_at,
    from working.opportunity_versions as versions
    cross join corrections
    left join working.deal_states as states
        on versions.last_file_number = states.last_file_number
        and versions.opportunity_id = states.opportunity_id
        and states.next_changed_at is null
    left join last_records
        on versions.opportunity_id = last_records.opportunity_id
    where versions.fixed_to_at is null
)

select
    settled.last_file_number,
    settled.opportunity_id,
    weeks.as_of_on,
    weeks.as_of_end_at,
    case when settled.settled_at < weeks.as_of_end_at then weeks.last_as_of_on else weeks.as_of_on end as until_on,
from settled
inner join weeks
    on settled.last_file_number = weeks.last_file_number
    and (weeks.previous_end_at is null or settled.settled_at >= weeks.previous_end_at)
