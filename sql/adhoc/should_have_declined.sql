-- What should we have declined?
-- $quarter = null: a fiscal quarter, as 2026-Q3; null: all.
-- Without rows: No deal was won that met a reason to leave and was neither cured nor approved, as far as lines and reasons are known.
select
    closed_on,
    opportunity_id,
    account_name,
    rep_name,
    triggers,
    missing_approvals,
    price_amount,
    threshold_amount,
    below_threshold_amount,
    loss_amount,
    later_status,
from marts.should_have_declined
where $quarter is null or quarter_start_on = $quarter
order by loss_amount desc nulls last, below_threshold_amount desc nulls last, opportunity_id
