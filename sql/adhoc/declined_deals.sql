-- Which deals did we decline, at what price, and what came of each?
-- $quarter = null: a fiscal quarter, as 2026-Q3; null: all.
-- Of real declines alone, in the quarter in which they were decided: a tactical one, after which talks went on, is none.
-- Without rows: Nobody has recorded a decline: a finding in itself; ask possible_declines.
select
    decided_on,
    opportunity_id,
    account_name,
    rep_name,
    reason,
    demanded_amount,
    threshold_amount,
    floor_amount,
    zone_at_decline,
    exit_type,
    returned_at,
    later_status,
from marts.declined_deals
where $quarter is null or quarter_start_on = $quarter
order by decided_on desc, opportunity_id
