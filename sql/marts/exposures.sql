-- Deals that met a reason to walk away, and how that ended: held, excused, broken or unknown; NULL while the deal is open.
-- One row per deal and quarter of its end (open: the current one), for this quarter and the four before. Reporting currency.
-- Of the latest as-of date scored (03-metrics.md, section 4).
select
    exposures.opportunity_id,
    exposures.rep_id,
    exposures.quarter_start_on,
    exposures.triggers,
    exposures.first_exposed_at,
    exposures.ending,
    exposures.ended_at,
    exposures.end_kind,
    exposures.price_amount,
    exposures.threshold_amount,
    exposures.floor_amount,
    exposures.zone,
    exposures.is_logged_before_close,
    exposures.is_below_threshold_won,
    exposures.missing_approvals,
    exposures.misfit_fields,
    exposures.opportunity_name,
    exposures.account_name,
    exposures.rep_name,
    exposures.team,
from scores.exposures as exposures
where exposures.as_of_on = (select max(weeks.as_of_on) from scores.weeks as weeks)
