-- Late wishes of the buyer in deals that are open: asked for shortly before the close date (conduct.late_change_days).
-- One row per as-of date and open deal that has one.
select
    changes.as_of_on,
    changes.opportunity_id,
    bool_or(
        changes.answered_at is null
        and changes.answer is null
        and trim(coalesce(changes.alternative_offered, '')) = ''
    ) as is_unanswered,
    bool_or(
        changes.answer = 'accepted'
        and date_diff('second', changes.requested_at, changes.answered_at) <= 3600 * parameters.fast_hours
    ) as is_given_fast,
from working.change_requests as changes
cross join staging.parameters as parameters
inner join staging.deals as deals
    on changes.as_of_on = deals.as_of_on
    and changes.opportunity_id = deals.opportunity_id
where deals.outcome = 'open'
    and date_diff('day', cast(changes.requested_at as date), deals.close_on) <= parameters.late_change_days
group by changes.as_of_on, changes.opportunity_id
