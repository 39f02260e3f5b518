-- Declined deals that came back: by a row of returns, or because the same opportunity lived on after its decline.
-- One row per as-of date, declined opportunity and return.
with recorded as (
    select
        returned_rows.as_of_on,
        returned_rows.opportunity_id,
        returned_rows.returned_at,
        returned_rows.new_opportunity_id,
        returned_rows.returned_amount,
        returned_rows.what_changed,
        returned_rows.conditions_met,
        'recorded' as return_source,
    from working.returned_rows as returned_rows
),

-- What we left: real rows of declines, closings that the review file says were our decision, and reasons mapped to declined.
left_deals as (
    select
        declined_rows.as_of_on,
        declined_rows.opportunity_id,
        declined_rows.decided_at,
    from working.declined_rows as declined_rows
    where declined_rows.kind = 'real'
    union
    select
        answered.as_of_on,
        answered.opportunity_id,
        versions.closing_at,
    from working.review_answers as answered
    inner join staging.weeks as weeks
        on answered.as_of_on = weeks.as_of_on
    inner join working.opportunity_versions as versions
        on weeks.last_file_number = versions.last_file_number
        and answered.opportunity_id = versions.opportunity_id
        and versions.closing_at < weeks.as_of_end_at
    where answered.answer = 'we_left'
        and versions.is_closed
    union
    select
        mapped.as_of_on,
        mapped.opportunity_id,
        mapped.decided_at,
    from working.mapped_declines as mapped
),

-- A deal in an open phase, or won, after the day of its decline was reopened.
lived_on as (
    select
        weeks.as_of_on,
        left_deals.opportunity_id,
        left_deals.decided_at,
        min(states.changed_at) as returned_at,
    from staging.weeks as weeks
    inner join left_deals
        on weeks.as_of_on = left_deals.as_of_on
    inner join working.deal_states as states
        on weeks.last_file_number = states.last_file_number
        and left_deals.opportunity_id = states.opportunity_id
        and states.changed_at > left_deals.decided_at
        and states.changed_at < weeks.as_of_end_at
    where states.phase_order < 4
        and states.previous_phase_order = 4
    group by weeks.as_of_on, left_deals.opportunity_id, left_deals.decided_at
),

won_later as (
    select
        weeks.as_of_on,
        left_deals.opportunity_id,
        left_deals.decided_at,
        min(versions.closing_at) as returned_at,
    from staging.weeks as weeks
    inner join left_deals
        on weeks.as_of_on = left_deals.as_of_on
    inner join working.opportunity_versions as versions
        on weeks.last_file_number = versions.last_file_number
        and left_deals.opportunity_id = versions.opportunity_id
        and versions.closing_at > left_deals.decided_at
        and versions.closing_at < weeks.as_of_end_at
    where versions.is_closed and versions.is_won
    group by weeks.as_of_on, left_deals.opportunity_id, left_deals.decided_at
),

first_signs as (
    select as_of_on, opportunity_id, decided_at, min(returned_at) as returned_at
    from (
        select as_of_on, opportunity_id, decided_at, returned_at from lived_on
        union all
        select as_of_on, opportunity_id, decided_at, returned_at from won_later
    ) as either
    group by as_of_on, opportunity_id, decided_at
),

-- Of two declines without a return between them both look at the same return: it is one.
reopened as (
    select as_of_on, opportunity_id, returned_at, max(decided_at) as decided_at
    from first_signs
    group by as_of_on, opportunity_id, returned_at
)

select as_of_on, opportunity_id, returned_at, new_opportunity_id, returned_amount, what_changed, conditions_met, return_source
from recorded
union all
select
    reopened.as_of_on,
    reopened.opportunity_id,
    reopened.returned_at,
    reopened.opportunity_id,
    cast(null as decimal(18, 4)),
    cast(null as varchar),
    cast(null as boolean),
    'reopened',
from reopened
left join recorded
    on reopened.as_of_on = recorded.as_of_on
    and reopened.opportunity_id = recorded.opportunity_id
    and reopened.decided_at < recorded.returned_at
where recorded.opportunity_id is null
