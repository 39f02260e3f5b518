-- Which approvals were missing in what we accepted, and how far below the line were these deals?
-- $quarter = null: a fiscal quarter, as 2026-Q3; null: all.
-- Without rows: Nothing was accepted without the approval that it needed.
select
    missing_approvals,
    approval_faults,
    count(*) as deal_count,
    sum(below_threshold_amount) as below_threshold_amount,
    sum(loss_amount) as loss_amount,
from marts.should_have_declined
where missing_approvals <> ''
    and ($quarter is null or quarter_start_on = $quarter)
group by missing_approvals, approval_faults
order by deal_count desc, missing_approvals, approval_faults
