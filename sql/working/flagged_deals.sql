-- Deals with enough different red flags (exposures.min_red_flags), and when the last of these was seen.
-- One row per as-of date and opportunity.
with first_sights as (
    select
        as_of_on,
        opportunity_id,
        flag,
        min(coalesce(observed_at, timestamp '1900-01-01 00:00:00')) as observed_at,
    from working.red_flags
    group by as_of_on, opportunity_id, flag
),

counted as (
    select
        first_sights.*,
        row_number() over (
            partition by first_sights.as_of_on, first_sights.opportunity_id
            order by first_sights.observed_at, first_sights.flag
        ) as flag_number,
    from first_sights
)

select
    counted.as_of_on,
    counted.opportunity_id,
    counted.observed_at as flagged_at,
from counted
cross join staging.exposure_parameters as parameters
where counted.flag_number = parameters.min_red_flag_count
