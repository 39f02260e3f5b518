-- Reps as they were known by each as-of date. Who they are is told by the latest list that the week may see; where they belonged (manager, team,
-- region, segment), and whether they were there, by the list of that time: a change holds since the export before the one that shows it, a first version from ever.
-- One row per as-of date and rep_id.
with exports as (
    select
        files.source,
        coalesce(files.export_number, files.file_number) as export_number,
        max(files.exported_at) as exported_at,
    from ops.files as files
    where files.entity = 'reps'
    group by files.source, coalesce(files.export_number, files.file_number)
),

followed as (
    select
        export_number,
        lag(exported_at) over (partition by source order by export_number) as since_at,
    from exports
),

seen as (
    select
        weeks.as_of_on,
        reps.*,
        row_number() over (
            partition by weeks.as_of_on, reps.rep_id order by reps.file_number desc, reps.record_number desc
        ) as recency,
        followed.since_at is null
        or followed.since_at < weeks.as_of_end_at
        or row_number() over (
            partition by weeks.as_of_on, reps.rep_id order by reps.file_number, reps.record_number
        ) = 1 as is_of_then,
    from staging.weeks as weeks
    inner join raw.reps as reps
        on reps.file_number <= weeks.last_file_number
        and reps.version_from_at < weeks.as_of_end_at
    inner join ops.files as files
        on reps.file_number = files.file_number
    inner join followed
        on coalesce(files.export_number, files.file_number) = followed.export_number
),

of_then as (
    select
        seen.*,
        row_number() over (partition by as_of_on, rep_id order by file_number desc, record_number desc) as place,
    from seen
    where is_of_then
),

-- A column that the list of that time did not have is told by the first later one that has it.
told_later as (
    select
        as_of_on,
        rep_id,
        min_by(manager_id, file_number) filter (where manager_id is not null) as manager_id,
        min_by(team, file_number) filter (where team is not null) as team,
        min_by(region, file_number) filter (where region is not null) as region,
        min_by(segment, file_number) filter (where segment is not null) as segment,
    from seen
    where not is_of_then
    group by as_of_on, rep_id
)

select
    latest.as_of_on,
    latest.rep_id,
    latest.rep_name,
    latest.email,
    coalesce(of_then.manager_id, told_later.manager_id) as manager_id,
    coalesce(of_then.team, told_later.team) as team,
    coalesce(of_then.region, told_later.region) as region,
    coalesce(of_then.segment, told_later.segment) as segment,
    latest.started_on,
    latest.ended_on,
    of_then.is_gone,
    of_then.is_gone
    or coalesce(latest.ended_on <= latest.as_of_on, false)
    or (latest.ended_on is null and not coalesce(of_then.is_active, true)) as has_left,
from seen as latest
inner join of_then
    on latest.as_of_on = of_then.as_of_on
    and latest.rep_id = of_then.rep_id
    and of_then.place = 1
left join told_later
    on latest.as_of_on = told_later.as_of_on
    and latest.rep_id = told_later.rep_id
where latest.recency = 1
