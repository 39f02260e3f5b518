-- Reps who met many reasons to walk away in this quarter and the four before, and never did.
-- One row per as-of date and such rep; only where the workspace tells of declines at all.
with declined as (
    select
        declined.as_of_on,
        declined.rep_id,
        count(*) as declined_count,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    where declined.decided_on >= weeks.history_start_on
    group by declined.as_of_on, declined.rep_id
)

select
    exposures.as_of_on,
    exposures.group_id as rep_id,
    exposures.exposure_count + exposures.exposure_4q_count as exposure_count,
from working.group_exposures as exposures
inner join working.exposure_sources as sources
    on exposures.as_of_on = sources.as_of_on
cross join staging.exposure_parameters as parameters
left join declined
    on exposures.as_of_on = declined.as_of_on
    and exposures.group_id = declined.rep_id
where exposures.group_kind = 'rep'
    and sources.has_declines
    and declined.declined_count is null
    and exposures.exposure_count + exposures.exposure_4q_count >= parameters.no_decline_count
