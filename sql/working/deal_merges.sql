-- Deals that were merged into others that are known. Of two that are said to be merged into one another both stay.
-- One row per last_file_number and merged deal.
with watermarks as (
    select distinct weeks.last_file_number
    from staging.weeks as weeks
),

ranked as (
    select
        watermarks.last_file_number,
        merges.opportunity_id,
        merges.merged_into_id,
        coalesce(merges.merged_at, merges.version_from_at) as merged_at,
        row_number() over (
            partition by watermarks.last_file_number, merges.opportunity_id
            order by merges.file_number desc, merges.record_number desc
        ) as recency,
    from watermarks
    inner join raw.deal_merges as merges
        on merges.file_number <= watermarks.last_file_number
    inner join (
        select opportunity_id, min(file_number) as file_number from raw.opportunities group by opportunity_id
    ) as known
        on merges.merged_into_id = known.opportunity_id
        and known.file_number <= watermarks.last_file_number
    where merges.merged_into_id <> merges.opportunity_id
),

latest as (
    select last_file_number, opportunity_id, merged_into_id, merged_at
    from ranked
    where recency = 1
)

select
    latest.last_file_number,
    latest.opportunity_id,
    latest.merged_into_id,
    latest.merged_at,
    back.opportunity_id is not null as is_circular,
from latest
left join latest as back
    on latest.last_file_number = back.last_file_number
    and latest.merged_into_id = back.opportunity_id
    and latest.opportunity_id = back.merged_into_id
