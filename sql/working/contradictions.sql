-- Evidence that contradicts itself or the closing of its deal: counted with the id, neither dropped nor believed in silence.
-- One row per as-of date and finding (03-metrics.md, section 1; docs/findings.md). detail holds codes, never text of people.
with closed as (
    select
        as_of_on,
        opportunity_id,
        rep_id,
        outcome,
        currency,
        closing_at,
    from staging.deals
    where is_closed and outcome in ('won', 'lost', 'declined')
),

offers as (
    select
        offers.as_of_on,
        'offer_after_closing' as code,
        'warning' as severity,
        offers.opportunity_id,
        closed.rep_id,
        closed.outcome || ',' || offers.side as detail,
    from working.offers as offers
    inner join closed
        on offers.as_of_on = closed.as_of_on
        and offers.opportunity_id = closed.opportunity_id
        and offers.offered_at > closed.closing_at
    union all
    select
        offers.as_of_on,
        'offer_in_other_currency',
        'warning',
        offers.opportunity_id,
        deals.rep_id,
        offers.side || ',' || offers.currency,
    from working.offers as offers
    inner join staging.deals as deals
        on offers.as_of_on = deals.as_of_on
        and offers.opportunity_id = deals.opportunity_id
    where offers.currency <> deals.currency
),

approvals as (
    select
        verdicts.as_of_on,
        case
            when verdicts.is_late then 'approval_after_closing'
            when verdicts.decided_at is null then 'approval_undated'
            when verdicts.decided_at < verdicts.requested_at then 'approval_before_request'
        end as code,
        'warning' as severity,
        verdicts.opportunity_id,
        verdicts.rep_id,
        verdicts.kind || ':' || verdicts.role as detail,
    from working.approval_verdicts as verdicts
    where verdicts.decision = 'approved'
    union all
    select
        verdicts.as_of_on,
        case
            when verdicts.is_wrong_role then 'approval_of_wrong_role'
            when verdicts.is_unjustified then 'approval_unjustified'
        end,
        'info',
        verdicts.opportunity_id,
        verdicts.rep_id,
        verdicts.kind || ':' || verdicts.role,
    from working.approval_verdicts as verdicts
    where verdicts.decision = 'approved'
),

requests as (
    select
        requests.as_of_on,
        'term_settled_after_closing' as code,
        'warning' as severity,
        requests.opportunity_id,
        closed.rep_id,
        requests.term || ',' || coalesce(requests.status, '') as detail,
    from working.term_requests as requests
    inner join closed
        on requests.as_of_on = closed.as_of_on
        and requests.opportunity_id = closed.opportunity_id
        and requests.decided_at > closed.closing_at
    where closed.outcome = 'won'
    union all
    select
        changes.as_of_on,
        'change_answered_after_closing',
        'warning',
        changes.opportunity_id,
        closed.rep_id,
        changes.kind || ',' || coalesce(changes.answer, ''),
    from working.change_requests as changes
    inner join closed
        on changes.as_of_on = closed.as_of_on
        and changes.opportunity_id = closed.opportunity_id
        and changes.answered_at > closed.closing_at
    where closed.outcome = 'won'
),

first_declines as (
    select
        as_of_on,
        opportunity_id,
        min(decided_at) as decided_at,
    from (
        select as_of_on, opportunity_id, decided_at from working.declined_rows
        union all
        select declined.as_of_on, declined.opportunity_id, declined.decided_at
        from scores.declined_deals as declined
        inner join staging.weeks as weeks
            on declined.as_of_on = weeks.as_of_on
    ) as every_decline
    group by as_of_on, opportunity_id
),

returned as (
    select
        returned_rows.as_of_on,
        case when declines.decided_at is null then 'return_without_decline' else 'return_before_decline' end as code,
        'warning' as severity,
        returned_rows.opportunity_id,
        deals.rep_id,
        '' as detail,
    from working.returned_rows as returned_rows
    left join first_declines as declines
        on returned_rows.as_of_on = declines.as_of_on
        and returned_rows.opportunity_id = declines.opportunity_id
    left join staging.deals as deals
        on returned_rows.as_of_on = deals.as_of_on
        and returned_rows.opportunity_id = deals.opportunity_id
    where declines.decided_at is null
        or returned_rows.returned_at < declines.decided_at
),

exits as (
    select
        details.as_of_on,
        case
            when not details.is_closed_door_consistent then 'closed_door_for_other_reason'
            when declined.exit_type = 'open_door' and not details.has_reentry_conditions then 'open_door_without_conditions'
        end as code,
        'info' as severity,
        details.opportunity_id,
        declined.rep_id,
        declined.reason as detail,
    from scores.decline_details as details
    inner join staging.weeks as weeks
        on details.as_of_on = weeks.as_of_on
    inner join scores.declined_deals as declined
        on details.as_of_on = declined.as_of_on
        and details.opportunity_id = declined.opportunity_id
        and details.decided_at = declined.decided_at
    union all
    select
        details.as_of_on,
        case
            when details.is_conceded_at_return then 'conceded_at_return'
            when details.is_stale then 'open_door_stale'
        end,
        'info',
        details.opportunity_id,
        declined.rep_id,
        '',
    from scores.decline_details as details
    inner join staging.weeks as weeks
        on details.as_of_on = weeks.as_of_on
    inner join scores.declined_deals as declined
        on details.as_of_on = declined.as_of_on
        and details.opportunity_id = declined.opportunity_id
        and details.decided_at = declined.decided_at
),

back_dated as (
    select
        rows_before.as_of_on,
        case rows_before.entity
            when 'walk_away_points' then 'walk_away_point_back_dated'
            when 'declines' then 'decline_back_dated'
            else 'approval_back_dated'
        end as code,
        case when rows_before.detail = 'full' then 'warning' else 'info' end as severity,
        rows_before.opportunity_id,
        deals.rep_id,
        rows_before.detail,
    from working.back_dated_rows as rows_before
    left join staging.deals as deals
        on rows_before.as_of_on = deals.as_of_on
        and rows_before.opportunity_id = deals.opportunity_id
),

every_contradiction as (
    select * from offers
    union all
    select * from approvals
    union all
    select * from requests
    union all
    select * from returned
    union all
    select * from exits
    union all
    select * from back_dated
)

select
    as_of_on,
    code,
    severity,
    opportunity_id,
    rep_id,
    detail,
from every_contradiction
where code is not null
