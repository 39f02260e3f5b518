-- Scope that grew: the units of a deal went up from one piece of evidence to the next, or a wish for scope was accepted.
-- One row per as-of date, opportunity and moment. A change and the version of the row that repeats it are one.
with watermarks as (
    select distinct weeks.last_file_number
    from staging.weeks as weeks
),

changed as (
    select
        watermarks.last_file_number,
        changes.opportunity_id,
        changes.changed_at,
        try_cast(changes.old_value as decimal(18, 4)) as old_units,
        try_cast(changes.new_value as decimal(18, 4)) as units,
        changes.file_number,
        changes.record_number,
    from watermarks
    inner join raw.opportunity_changes as changes
        on changes.file_number <= watermarks.last_file_number
    where changes.field = 'scope_units'
),

told as (
    select last_file_number, opportunity_id, changed_at, old_units, units, 1 as source_rank, file_number, record_number
    from changed
    union all
    select
        versions.last_file_number, versions.opportunity_id, versions.evidence_from_at, cast(null as decimal(18, 4)),
        versions.scope_units, 2, versions.file_number, versions.record_number,
    from working.opportunity_versions as versions
    where versions.scope_units is not null
),

ordered as (
    select
        told.*,
        lag(told.units) over (
            partition by told.last_file_number, told.opportunity_id
            order by told.changed_at, told.source_rank, told.file_number, told.record_number
        ) as previous_units,
    from told
    where told.units is not null
)

select
    weeks.as_of_on,
    ordered.opportunity_id,
    ordered.changed_at,
from staging.weeks as weeks
inner join ordered
    on weeks.last_file_number = ordered.last_file_number
    and ordered.changed_at < weeks.as_of_end_at
where ordered.units > coalesce(ordered.old_units, ordered.previous_units)
union
select
    changes.as_of_on,
    changes.opportunity_id,
    coalesce(changes.answered_at, changes.requested_at),
from working.change_requests as changes
inner join staging.weeks as weeks
    on changes.as_of_on = weeks.as_of_on
where changes.kind like 'scope%'
    and changes.answer = 'accepted'
    and coalesce(changes.answered_at, changes.requested_at) < weeks.as_of_end_at
