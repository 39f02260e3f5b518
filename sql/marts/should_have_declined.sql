-- Won deals that met a reason to walk away which was neither cured nor approved in time; under the floor nothing cures.
-- One row per accepted deal, of all quarters. Money in reporting currency at closing (03-metrics.md, section 4).
-- Of the latest as-of date scored.
select
    should_have_declined.opportunity_id,
    should_have_declined.rep_id,
    should_have_declined.quarter_start_on,
    should_have_declined.closed_at,
    should_have_declined.price_amount,
    should_have_declined.floor_amount,
    should_have_declined.threshold_amount,
    should_have_declined.zone,
    should_have_declined.triggers,
    should_have_declined.missing_approvals,
    should_have_declined.loss_amount,
    should_have_declined.below_threshold_amount,
    should_have_declined.later_status,
    should_have_declined.opportunity_name,
    should_have_declined.account_name,
    should_have_declined.rep_name,
    should_have_declined.team,
    should_have_declined.closed_on,
    should_have_declined.currency,
    should_have_declined.is_approved,
    should_have_declined.approval_faults,
from scores.should_have_declined as should_have_declined
where should_have_declined.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
