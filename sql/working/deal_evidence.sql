-- What is known of the fields of a deal that change, from snapshots, field changes and our own versions of the row.
-- One row per last_file_number, opportunity and piece of evidence; a field that the evidence says nothing of is NULL, and one that it
-- says is empty holds '', -99999999999, 0001-01-01 or -1, so that the two can be told apart when the gaps are filled.
-- is_history: a snapshot or a change, not a value that held from the beginning.
-- sequence_number puts evidence of one moment in order: first values, snapshots, changes, versions; of changes the stage first, then the
-- owner, so that what else moved when a deal closed moved of a closed deal, in whatever order the rows stand; then by file and record.
with watermarks as (
    select distinct weeks.last_file_number
    from staging.weeks as weeks
),

-- A later version of the same record takes its place: a correction is not a change of the deal. There are few.
corrected_snapshots as (
    select distinct
        watermarks.last_file_number,
        snapshots.opportunity_id,
        snapshots.changed_at,
        max(snapshots.file_number) over (
            partition by watermarks.last_file_number, snapshots.opportunity_id, snapshots.changed_at
        ) as file_number,
    from watermarks
    inner join raw.opportunity_snapshots as snapshots
        on snapshots.file_number <= watermarks.last_file_number
    where snapshots.version_from_at > snapshots.changed_at
),

last_correction as (
    select coalesce(max(file_number), 0) as file_number
    from corrected_snapshots
),

-- What came in the last correction's file or later has nothing to be corrected by: mostly that is the whole history.
standing_snapshots as (
    select watermarks.last_file_number, snapshots.*
    from watermarks
    inner join raw.opportunity_snapshots as snapshots
        on snapshots.file_number <= watermarks.last_file_number
    where snapshots.file_number >= (select last_correction.file_number from last_correction)
    union all
    select watermarks.last_file_number, snapshots.*
    from watermarks
    inner join raw.opportunity_snapshots as snapshots
        on snapshots.file_number <= watermarks.last_file_number
    where snapshots.file_number < (select last_correction.file_number from last_correction)
        and not exists (
            select 1
            from corrected_snapshots as corrected
            where corrected.last_file_number = watermarks.last_file_number
                and corrected.opportunity_id = snapshots.opportunity_id
                and corrected.changed_at = snapshots.changed_at
                and corrected.file_number > snapshots.file_number
        )
),

corrected_changes as (
    select distinct
        watermarks.last_file_number,
        changes.opportunity_id,
        changes.changed_at,
        changes.field,
        max(changes.file_number) over (
            partition by watermarks.last_file_number, changes.opportunity_id, changes.changed_at, changes.field
        ) as file_number,
    from watermarks
    inner join raw.opportunity_changes as changes
        on changes.file_number <= watermarks.last_file_number
    where changes.version_from_at > changes.changed_at
),

snapshots as (
    select
        snapshots.last_file_number,
        snapshots.opportunity_id,
        snapshots.changed_at,
        cast(1 as bigint) as source_rank,
        false as is_first_version,
        coalesce(snapshots.stage, '') as stage,
        coalesce(snapshots.amount, -99999999999) as amount,
        coalesce(snapshots.close_on, date '0001-01-01') as close_on,
        snapshots.probability,
        snapshots.rep_id,
        snapshots.file_number,
        snapshots.record_number,
    from standing_snapshots as snapshots
),

changes as (
    select
        watermarks.last_file_number,
        changes.opportunity_id,
        changes.changed_at,
        changes.field,
        changes.old_value,
        changes.new_value,
        changes.file_number,
        changes.record_number,
        row_number() over (
            partition by watermarks.last_file_number, changes.opportunity_id, changes.field
            order by changes.changed_at, changes.file_number, changes.record_number
        ) as change_number,
    from watermarks
    inner join raw.opportunity_changes as changes
        on changes.file_number <= watermarks.last_file_number
    left join corrected_changes as corrected
        on watermarks.last_file_number = corrected.last_file_number
        and changes.opportunity_id = corrected.opportunity_id
        and changes.changed_at = corrected.changed_at
        and changes.field = corrected.field
    where corrected.file_number is null or changes.file_number = corrected.file_number
),

-- The old value of a field's first change held from the beginning.
first_values as (
    select
        changes.last_file_number,
        changes.opportunity_id,
        coalesce(versions.created_at, timestamp '1900-01-01 00:00:00') as changed_at,
        changes.field,
        changes.old_value as value,
        changes.file_number,
        changes.record_number,
    from changes
    left join working.opportunity_versions as versions
        on changes.last_file_number = versions.last_file_number
        and changes.opportunity_id = versions.opportunity_id
        and versions.version_number = 1
    where changes.change_number = 1
        and coalesce(versions.created_at, timestamp '1900-01-01 00:00:00') <= changes.changed_at
),

-- Of some fields the settings say that the history holds every change: what never changed since the history begins, held from then on.
histories as (
    select
        watermarks.last_file_number,
        fields.field,
        min(changes.changed_at) as begun_at,
    from watermarks
    inner join raw.opportunity_changes as changes
        on changes.file_number <= watermarks.last_file_number
    inner join staging.complete_fields as fields
        on changes.field = fields.field
    group by watermarks.last_file_number, fields.field
),

told_fields as (
    select last_file_number, opportunity_id, field from changes
    union
    select last_file_number, opportunity_id, 'rep_id' from standing_snapshots where rep_id is not null
    union
    select last_file_number, opportunity_id, 'probability' from standing_snapshots where probability is not null
    union
    select snapshots.last_file_number, snapshots.opportunity_id, whole.field
    from standing_snapshots as snapshots
    cross join (
        values ('stage'), ('amount'), ('close_on')
    ) as whole(field)
),

constant_values as (
    select
        histories.last_file_number,
        versions.opportunity_id,
        greatest(coalesce(versions.created_at, histories.begun_at), histories.begun_at) as changed_at,
        histories.field,
        case histories.field
            when 'stage' then coalesce(versions.stage, '')
            when 'amount' then coalesce(cast(versions.amount as varchar), '')
            when 'close_on' then coalesce(cast(versions.close_on as varchar), '')
            when 'probability' then cast(versions.probability as varchar)
            when 'rep_id' then coalesce(versions.rep_id, '')
        end as value,
        versions.evidence_from_at,
        versions.file_number,
        versions.record_number,
    from histories
    inner join working.opportunity_versions as versions
        on histories.last_file_number = versions.last_file_number
        and versions.version_number = 1
        and not versions.is_gone
    left join told_fields
        on histories.last_file_number = told_fields.last_file_number
        and versions.opportunity_id = told_fields.opportunity_id
        and histories.field = told_fields.field
    where told_fields.opportunity_id is null
),

values_told as (
    select last_file_number, opportunity_id, changed_at, field, value, file_number, record_number, cast(0 as bigint) as source_rank
    from constant_values
    where value is not null and changed_at < evidence_from_at
    union all
    select last_file_number, opportunity_id, changed_at, field, value, file_number, record_number, cast(0 as bigint) as source_rank
    from first_values
    where value is not null
    union all
    select
        last_file_number, opportunity_id, changed_at, field, coalesce(new_value, ''), file_number, record_number,
        case field when 'stage' then 2 when 'rep_id' then 3 else 4 end,
    from changes
),

changed_fields as (
    select
        values_told.last_file_number,
        values_told.opportunity_id,
        values_told.changed_at,
        values_told.source_rank,
        false as is_first_version,
        case when values_told.field = 'stage' then values_told.value end as stage,
        case
            when values_told.field = 'amount'
                then coalesce(try_cast(values_told.value as decimal(18, 4)), -99999999999)
        end as amount,
        case
            when values_told.field = 'close_on'
                then coalesce(try_cast(values_told.value as date), date '0001-01-01')
        end as close_on,
        case
            when values_told.field = 'probability' then coalesce(try_cast(values_told.value as decimal(9, 6)), -1)
        end as probability,
        case when values_told.field = 'rep_id' then values_told.value end as rep_id,
        values_told.file_number,
        values_told.record_number,
    from values_told
),

versions as (
    select
        versions.last_file_number,
        versions.opportunity_id,
        versions.evidence_from_at as changed_at,
        cast(5 as bigint) as source_rank,
        versions.version_number = 1 as is_first_version,
        coalesce(versions.stage, '') as stage,
        coalesce(versions.amount, -99999999999) as amount,
        coalesce(versions.close_on, date '0001-01-01') as close_on,
        versions.probability,
        coalesce(versions.rep_id, '') as rep_id,
        versions.file_number,
        versions.record_number,
    from working.opportunity_versions as versions
    where not versions.is_gone
)

select
    last_file_number, opportunity_id, changed_at,
    source_rank * 1000000000000000 + cast(file_number as bigint) * 10000000000 + record_number as sequence_number,
    is_first_version, true as is_history, stage, amount, close_on, probability, rep_id,
from snapshots
union all
select
    last_file_number, opportunity_id, changed_at,
    source_rank * 1000000000000000 + cast(file_number as bigint) * 10000000000 + record_number as sequence_number,
    is_first_version, source_rank > 0 as is_history, stage, amount, close_on, probability, rep_id,
from changed_fields
union all
select
    last_file_number, opportunity_id, changed_at,
    source_rank * 1000000000000000 + cast(file_number as bigint) * 10000000000 + record_number as sequence_number,
    is_first_version, false as is_history, stage, amount, close_on, probability, rep_id,
from versions
