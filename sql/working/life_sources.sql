-- Whether the workspace exports anything that would show that a deal lives: history, offers, or what buyers do.
-- One row per last_file_number.
with watermarks as (
    select distinct weeks.last_file_number
    from staging.weeks as weeks
),

sources as (
    select min(file_number) as file_number from raw.opportunity_snapshots
    union all
    select min(file_number) from raw.opportunity_changes
    union all
    select min(file_number) from raw.offers
    union all
    select min(file_number) from raw.activities where side = 'buyer'
)

select
    watermarks.last_file_number,
    coalesce(min(sources.file_number) <= watermarks.last_file_number, false) as is_told,
from watermarks
cross join sources
group by watermarks.last_file_number
