-- What we did about a customer after we left a deal with the door open: activities on the deal or its account.
-- One row per as-of date, opportunity and decline with an open door that was touched.
with doors as (
    select
        declined.as_of_on,
        weeks.as_of_end_at,
        weeks.last_file_number,
        declined.opportunity_id,
        declined.decided_at,
        deals.account_id,
    from scores.declined_deals as declined
    inner join staging.weeks as weeks
        on declined.as_of_on = weeks.as_of_on
    left join staging.deals as deals
        on declined.as_of_on = deals.as_of_on
        and declined.opportunity_id = deals.opportunity_id
    where declined.exit_type = 'open_door'
),

touches as (
    select doors.as_of_on, doors.opportunity_id, doors.decided_at, activities.occurred_at
    from doors
    inner join raw.activities as activities
        on doors.opportunity_id = activities.opportunity_id
    where activities.file_number <= doors.last_file_number
        and activities.occurred_at > doors.decided_at
        and activities.occurred_at < doors.as_of_end_at
    union
    select doors.as_of_on, doors.opportunity_id, doors.decided_at, activities.occurred_at
    from doors
    inner join raw.activities as activities
        on doors.account_id = activities.account_id
    where activities.file_number <= doors.last_file_number
        and activities.occurred_at > doors.decided_at
        and activities.occurred_at < doors.as_of_end_at
    union
    select doors.as_of_on, doors.opportunity_id, doors.decided_at, activities.occurred_at
    from doors
    inner join working.account_merges as merges
        on doors.last_file_number = merges.last_file_number
        and doors.account_id = merges.master_account_id
    inner join raw.activities as activities
        on merges.account_id = activities.account_id
    where activities.file_number <= doors.last_file_number
        and activities.occurred_at > doors.decided_at
        and activities.occurred_at < doors.as_of_end_at
)

select
    as_of_on,
    opportunity_id,
    decided_at,
    count(*) as touch_count,
    max(occurred_at) as last_touch_at,
from touches
group by as_of_on, opportunity_id, decided_at
