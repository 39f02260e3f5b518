-- Changes that a buyer asked for shortly before the deal closed, and how they were answered.
-- One row per as-of date, opportunity, moment and kind of a late change (03-metrics.md, section 6).
select
    changes.as_of_on,
    changes.opportunity_id,
    deals.rep_id,
    deals.closed_on,
    changes.requested_at,
    changes.kind,
    changes.answer,
    changes.answer = 'accepted'
    and coalesce(date_diff('second', changes.requested_at, changes.answered_at) <= parameters.fast_hours * 3600, false)
        as is_accepted_fast,
    coalesce(changes.answer = 'traded', false) as is_traded,
    nullif(trim(changes.alternative_offered), '') is not null as has_alternative,
from working.change_requests as changes
cross join staging.parameters as parameters
inner join working.dated_deals as deals
    on changes.as_of_on = deals.as_of_on
    and changes.opportunity_id = deals.opportunity_id
where deals.outcome in ('won', 'lost', 'declined')
    and changes.requested_at <= deals.closing_at
    and changes.requested_at >= deals.closing_at - to_days(parameters.late_change_days)
