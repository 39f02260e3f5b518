-- Rows that say they are older than an export which did not have them: what was known by then is not what they say.
-- One row per as-of date, entity, opportunity and moment. detail: full where the export held everything, else increment.
with files as (
    select
        files.entity,
        files.file_number,
        max(coalesce(files.exported_at, files.arrived_at)) over (
            partition by files.entity order by files.file_number rows between unbounded preceding and 1 preceding
        ) as seen_until_at,
        max(case when files.coverage = 'full' then coalesce(files.exported_at, files.arrived_at) end) over (
            partition by files.entity order by files.file_number rows between unbounded preceding and 1 preceding
        ) as seen_whole_until_at,
    from ops.files as files
    where files.entity in ('walk_away_points', 'declines', 'approvals')
),

moments as (
    select 'walk_away_points' as entity, opportunity_id, set_at as happened_at, min(file_number) as file_number
    from raw.walk_away_points
    group by opportunity_id, set_at
    union all
    select 'declines', opportunity_id, decided_at, min(file_number)
    from raw.declines
    group by opportunity_id, decided_at
    union all
    select 'approvals', opportunity_id, decided_at, min(file_number)
    from raw.approvals
    where decided_at is not null
    group by opportunity_id, kind, role, requested_at, decided_at
)

select distinct
    weeks.as_of_on,
    moments.entity,
    moments.opportunity_id,
    moments.happened_at,
    case when moments.happened_at < files.seen_whole_until_at then 'full' else 'increment' end as detail,
from staging.weeks as weeks
inner join moments
    on moments.file_number <= weeks.last_file_number
    and moments.happened_at < weeks.as_of_end_at
inner join files
    on moments.entity = files.entity
    and moments.file_number = files.file_number
where moments.happened_at < files.seen_until_at
