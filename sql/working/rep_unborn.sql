-- N: business of a rep that is not in the pipeline yet, this quarter and next (03-metrics.md, section 3).
-- One row per as-of date, horizon, rep with a quota, and point. The points are equally likely; whole cents of the reporting currency.
with horizons as (
    select
        weeks.as_of_on,
        'this_quarter' as horizon,
        sellers.rep_id,
        sellers.team,
        sellers.segment,
        sellers.quota_amount,
        weeks.last_file_number,
        weeks.quarter_start_on,
        -- The longest quarter has a thirteenth week left on its first day alone.
        least(weeks.weeks_left, 12) as weeks_left,
    from staging.sellers as sellers
    inner join staging.weeks as weeks
        on sellers.as_of_on = weeks.as_of_on
    where weeks.as_of_on < weeks.quarter_end_on
    union all
    select
        weeks.as_of_on,
        'next_quarter',
        sellers.rep_id,
        sellers.team,
        sellers.segment,
        quotas.quota_amount,
        weeks.last_file_number,
        weeks.quarter_start_on,
        12,
    from staging.sellers as sellers
    inner join staging.weeks as weeks
        on sellers.as_of_on = weeks.as_of_on
    inner join working.next_quotas as quotas
        on sellers.as_of_on = quotas.as_of_on
        and sellers.rep_id = quotas.rep_id
),

segments as (
    select distinct
        last_file_number,
        quarter_start_on,
        weeks_left,
        segment,
    from working.unborn_shares
),

sourced as (
    select
        horizons.*,
        coalesce(segments.segment, '') as source_segment,
    from horizons
    left join segments
        on horizons.last_file_number = segments.last_file_number
        and horizons.quarter_start_on = segments.quarter_start_on
        and horizons.weeks_left = segments.weeks_left
        and horizons.segment = segments.segment
    where horizons.quota_amount > 0
)

select
    sourced.as_of_on,
    sourced.horizon,
    sourced.rep_id,
    sourced.team,
    shares.point_number,
    cast(round(cast(sourced.quota_amount as double) * greatest(shares.share, 0) * 100, 0) as bigint) as unborn_cents,
from sourced
inner join working.unborn_shares as shares
    on sourced.last_file_number = shares.last_file_number
    and sourced.quarter_start_on = shares.quarter_start_on
    and sourced.weeks_left = shares.weeks_left
    and sourced.source_segment = shares.segment
