-- Real declines: rows of declines, answers "we left" of the review file; a second one counts only after a return.
-- One row per as-of date, opportunity and decline. Loss reasons mapped to declined join them in staging.all_declines.
with declared as (
    select
        declined_rows.*,
        'declared' as origin,
        lag(declined_rows.decided_at) over (
            partition by declined_rows.as_of_on, declined_rows.opportunity_id order by declined_rows.decided_at
        ) as previous_decided_at,
    from working.declined_rows as declined_rows
    where declined_rows.kind = 'real'
),

counted as (
    select declared.*
    from declared
    where declared.previous_decided_at is null
        or exists (
            select 1
            from staging.returns as returns
            where returns.as_of_on = declared.as_of_on
                and returns.opportunity_id = declared.opportunity_id
                and returns.returned_at > declared.previous_decided_at
                and returns.returned_at <= declared.decided_at
        )
),

-- The review file asks about closed deals: what it confirms was decided when the deal closed.
confirmed as (
    select
        answered.as_of_on,
        answered.opportunity_id,
        max(versions.closing_at) as decided_at,
        max(answered.reason) as reason,
        max(answered.confirmed_by) as confirmed_by,
    from working.review_answers as answered
    inner join staging.weeks as weeks
        on answered.as_of_on = weeks.as_of_on
    inner join working.opportunity_versions as versions
        on weeks.last_file_number = versions.last_file_number
        and answered.opportunity_id = versions.opportunity_id
        and versions.closing_at < weeks.as_of_end_at
    left join counted
        on answered.as_of_on = counted.as_of_on
        and answered.opportunity_id = counted.opportunity_id
    where answered.answer = 'we_left'
        and versions.is_closed
        and counted.opportunity_id is null
    group by answered.as_of_on, answered.opportunity_id
)

select
    as_of_on, opportunity_id, decided_at, origin, reason, demanded_amount, currency, rationale, confirmed_by,
    escalated_to, escalation_outcome, communicated_at, exit_type, reentry_min_amount, lesson,
from counted
union all
select
    as_of_on, opportunity_id, decided_at, 'confirmed', coalesce(reason, 'other'), cast(null as decimal(18, 4)),
    cast(null as varchar), cast(null as varchar), confirmed_by, cast(null as varchar), cast(null as varchar),
    cast(null as timestamp), cast(null as varchar), cast(null as decimal(18, 4)), cast(null as varchar),
from confirmed
