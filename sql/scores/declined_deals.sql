-- The register of declines: what we left, why, at what price, what it avoided and gave up, and what happened next.
-- One row per decline and as-of date. Money in reporting currency at the rate of the decision (03-metrics.md, section 4).
with triggered as (
    select distinct
        as_of_on,
        opportunity_id,
        end_at,
    from working.trigger_endings
    where end_kind = 'declined'
)

select
    declines.as_of_on,
    declines.opportunity_id,
    declines.opportunity_name,
    declines.account_name,
    declines.rep_id,
    declines.rep_name,
    declines.team,
    declines.quarter_start_on,
    declines.decided_at,
    declines.decided_on,
    declines.reason,
    declines.origin,
    declines.demand_source,
    declines.currency,
    declines.demanded_amount,
    declines.floor_amount,
    declines.threshold_amount,
    declines.floor_source,
    declines.zone_at_decline,
    declines.loss_avoided_amount,
    declines.margin_protected_amount,
    declines.contribution_given_up_amount,
    declines.is_preset,
    declines.is_verified,
    declines.is_well_kept and triggered.end_at is not null as is_good_decline,
    declines.confirmed_by,
    declines.confirmed_by_name,
    declines.exit_type,
    declines.rationale_known,
    declines.communicated_at,
    declines.lesson_known,
    declines.checklist_count,
    declines.escalation_due,
    declines.escalated_to,
    declines.escalation_outcome,
    declines.reentry_min_amount,
    declines.returned_at,
    declines.returned_opportunity_id,
    declines.return_source,
    declines.days_to_return,
    declines.returned_amount,
    declines.return_uplift_ratio,
    declines.recovered_amount,
    declines.later_status,
from working.told_declines as declines
left join triggered
    on declines.as_of_on = triggered.as_of_on
    and declines.opportunity_id = triggered.opportunity_id
    and declines.decided_at = triggered.end_at
