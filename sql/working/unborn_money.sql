-- Money that reps won between a day of a finished quarter and its end from deals that were no candidates on that day, as a share of their quota.
-- One row per last_file_number, finished quarter, rep with a positive quota for it, and whole weeks left. A deal that existed on the day, while
-- nothing tells in which stage it stood, is taken to have been a candidate: it is not counted.
with won_later as (
    select
        days.last_file_number,
        days.quarter_start_on,
        days.weeks_left,
        wins.rep_id,
        sum(wins.won_amount) as won_amount,
    from working.snapshot_days as days
    inner join working.past_wins as wins
        on days.last_file_number = wins.last_file_number
        and days.quarter_start_on = wins.quarter_start_on
        and wins.closed_on > days.snapshot_on
    where wins.first_told_at < days.snapshot_end_at
        or wins.created_at >= days.snapshot_end_at
    group by days.last_file_number, days.quarter_start_on, days.weeks_left, wins.rep_id
),

was_candidate as (
    select
        snapshots.last_file_number,
        snapshots.quarter_start_on,
        snapshots.weeks_left,
        wins.rep_id,
        sum(wins.won_amount) as won_amount,
    from working.snapshots as snapshots
    inner join working.past_wins as wins
        on snapshots.last_file_number = wins.last_file_number
        and snapshots.quarter_start_on = wins.quarter_start_on
        and snapshots.opportunity_id = wins.opportunity_id
    where snapshots.is_won_in_quarter
    group by snapshots.last_file_number, snapshots.quarter_start_on, snapshots.weeks_left, wins.rep_id
),

known_reps as (
    select
        days.last_file_number,
        days.quarter_start_on,
        reps.rep_id,
        reps.segment,
        row_number() over (
            partition by days.last_file_number, days.quarter_start_on, reps.rep_id
            order by reps.version_from_at desc, reps.file_number desc, reps.record_number desc
        ) as recency,
    from (
        select distinct last_file_number, quarter_start_on, quarter_end_at
        from working.snapshot_days
    ) as days
    inner join raw.reps as reps
        on reps.file_number <= days.last_file_number
        and reps.version_from_at < days.quarter_end_at
),

looked_at as (
    select distinct
        snapshots.last_file_number,
        snapshots.quarter_start_on,
    from working.snapshots as snapshots
)

select
    days.last_file_number,
    days.quarter_start_on,
    days.weeks_left,
    quotas.rep_id,
    known_reps.segment,
    cast(coalesce(won_later.won_amount, 0) - coalesce(was_candidate.won_amount, 0) as double)
    / cast(quotas.quota_amount as double) as unborn_share,
from working.snapshot_days as days
inner join looked_at
    on days.last_file_number = looked_at.last_file_number
    and days.quarter_start_on = looked_at.quarter_start_on
inner join working.known_quotas as quotas
    on days.last_file_number = quotas.last_file_number
    and days.quarter_end_on = quotas.known_on
    and days.quarter_start_on = quotas.quarter_start_on
left join known_reps
    on days.last_file_number = known_reps.last_file_number
    and days.quarter_start_on = known_reps.quarter_start_on
    and quotas.rep_id = known_reps.rep_id
    and known_reps.recency = 1
left join won_later
    on days.last_file_number = won_later.last_file_number
    and days.quarter_start_on = won_later.quarter_start_on
    and days.weeks_left = won_later.weeks_left
    and quotas.rep_id = won_later.rep_id
left join was_candidate
    on days.last_file_number = was_candidate.last_file_number
    and days.quarter_start_on = was_candidate.quarter_start_on
    and days.weeks_left = was_candidate.weeks_left
    and quotas.rep_id = was_candidate.rep_id
where quotas.quota_amount > 0
